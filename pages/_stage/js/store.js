/**
 * What the stage knows of one run, and the only way to change it.
 *
 * Everything here is a projection of what the server said last. Views read it and listen; changes
 * go up as messages, and come back as the next "run" event.
 */

import { exists } from "./names.js";
import { Rows } from "./rows.js";

/** Listeners by event name. */
class Emitter {
  #listeners = new Map();

  /** Call `fn` at every `event`; returns the function that stops it. */
  on(event, fn) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(fn);
    return () => this.#listeners.get(event).delete(fn);
  }

  /** Tell whoever listens; false where nobody does. */
  emit(event, detail) {
    const listeners = [...(this.#listeners.get(event) ?? [])];
    for (const fn of listeners) fn(detail);
    return listeners.length > 0;
  }
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class RunStore extends Emitter {
  spec = null;
  view = { show_test: false, discretize: false, log_loss: false, curves: "", over_time: false, hidden: [] };
  shape = null;
  revision = 0;
  hash = "";
  changed = false;
  canUndo = false;
  canRedo = false;
  playing = false;
  speed = null;
  trouble = null;
  findings = []; // what the checks found and nobody dismissed, the worst first
  finding = null; // the one of them that is shown
  fork = null; // where this run left another one: {from, step, text}
  stopped = null; // where early stopping paused
  walk = null; // the operation at which a walk through the coming step stands
  catalogue = {};
  params = {};
  limits = {};
  computable = []; // the Params of where it is computed
  computing = null; // what was chosen of them, with the devices there are and a note
  where = null; // what that came to, with its label
  frame = null;
  latest = new Map(); // every array as it last came: what does not change is sent once
  data = { train: { x: null, y: null }, test: { x: null, y: null } };
  history = new Rows();
  connection = "connecting";
  hover = null;
  selected = null;
  pointed = null; // the point of the data under the pointer: {split, sample}
  sample = 0;
  split = "train"; // of which the sample is one
  show = "values"; // what the tiles of pictures show: "values", "filters" or "gradients"
  overlay = null; // the probe whose picture lies over the sample's
  whatIf = null; // a sample that is nobody's: {point: [x₁, x₂] or null, inputs: {index: value}, beyond?, pixels: a drawing's bytes}
  asked = {}; // what views ask of their probes besides, by the probe's id; in no link
  shelf = false; // whether the shelf of layers stands beside the network
  consequence = null; // what the last operation on weights did, with `done` and `sentence`
  framesPerSecond = 0;
  #dismissed = new Set(); // checks
  unheard = []; // what a link did not say is told right behind the welcome, before the views are there

  /**
   * @param {string} run the run's name in its sitting
   * @param {{send: (message: object) => Promise<object>}} socket
   */
  constructor(run, socket) {
    super();
    this.run = run;
    this.socket = socket;
  }

  /** Take in a "run" event: the whole projection of the run as it stands now. */
  project(event) {
    const shown = this.view;
    if (this.whatIf && this.shape && !same([this.shape.inputs, this.shape.shape], [event.shape?.inputs, event.shape?.shape])) this.setWhatIf(null);
    Object.assign(this, {
      revision: event.revision, spec: event.spec, view: event.view, hash: event.hash, changed: event.changed,
      canUndo: event.can_undo, canRedo: event.can_redo, playing: event.playing, speed: event.speed,
      shape: event.shape, trouble: event.trouble, stopped: event.stopped,
      fork: event.fork ?? null, computing: event.computing, where: event.where,
    });
    // What was hovered or chosen may be gone with its layer.
    if (this.hover && !exists(this.shape, this.hover)) this.setHover(null);
    if (this.selected && !exists(this.shape, this.selected)) this.setSelected(null);
    if (this.split !== "train" && event.shape?.shape?.length !== 3) this.setSample(0);
    const samples = event.shape?.samples?.[this.split] ?? 0;
    if (this.sample && this.sample >= samples) this.setSample(0);
    if (this.pointed && !(this.pointed.sample < (event.shape?.samples?.[this.pointed.split] ?? 0))) this.setPointed(null);
    this.emit("run", event);
    if (!same(shown, this.view)) this.emit("view", this.view);
  }

  /** Take in a frame, painted or not: data and history come once and must not be missed. */
  receive(frame) {
    if (this.frame && frame.build !== this.frame.build) {
      this.history.length = 0;
      this.latest.clear();
    }
    // New data bring every split they have: one that is missing has no points any more.
    if (frame.arrays.has("points/train.y")) {
      for (const split of ["train", "test"]) {
        const [x, y] = ["x", "y"].map((axis) => frame.arrays.get(`points/${split}.${axis}`)?.data ?? null);
        this.data[split] = { x, y }; // of pictures only y
      }
    }
    for (const [name, array] of frame.arrays) this.latest.set(name, array);
    const rows = frame.arrays.get("loss_curve/rows");
    if (rows && frame.history) this.history.append(frame.history.columns, frame.history.from, rows.data);
    this.frame = frame;
    this.#age(frame);
    const walked = this.walk;
    this.walk = frame.walk ?? null;
    if (!same(walked, this.walk)) this.emit("walk", this.walk);
    if (frame.step === 0) this.#dismissed.clear();
    this.#find(frame.findings ?? []);
    this.emit("frame", frame);
  }

  // Once the network has learned on, the points that flipped are no longer told apart; in another past nothing is said.
  #age({ build, step }) {
    const found = this.consequence;
    if (!found) return;
    found.build ??= build;
    found.step ??= step;
    if (found.build !== build) this.setConsequence(null);
    else if (found.step !== step && !found.past) this.setConsequence({ ...found, past: true });
  }

  #find(findings) {
    const open = findings.filter(({ check }) => !this.#dismissed.has(check));
    if (same(open, this.findings)) return;
    // What is shown stays, unless something worse has come.
    const worse = open.length && !this.findings.some(({ check }) => check === open[0].check);
    this.findings = open;
    this.finding = (!worse && open.find(({ check }) => check === this.finding?.check)) || open[0] || null;
    this.emit("findings", this.finding);
  }

  /** Show another finding, so many further on. */
  showFinding(by) {
    const at = this.findings.indexOf(this.finding);
    this.finding = this.findings[(at + by) % this.findings.length] ?? null;
    this.emit("findings", this.finding);
  }

  /** Say no more of the finding on screen until the network starts anew. */
  dismiss() {
    this.#dismissed.add(this.finding?.check);
    this.#find(this.findings);
  }

  /** Point at a neuron, an input, a link, or nothing. */
  setHover(address) {
    if (same(address, this.hover)) return;
    this.hover = address;
    this.emit("hover", address);
  }

  /** Point at one of the data's points, {split: "train" or "test", sample: index}, or at none. */
  setPointed(pointed) {
    if (same(pointed, this.pointed)) return;
    this.pointed = pointed;
    this.emit("pointed", pointed);
  }

  /** Ask a probe for something else: setAsked("wall", {split: "test"}); null: for nothing. */
  setAsked(probe, options) {
    if (same(options, this.asked[probe] ?? null)) return;
    this.asked = { ...this.asked, [probe]: options };
    this.emit("asked", probe);
  }

  /** Choose a neuron, an input, a link, or nothing; it stays chosen. */
  setSelected(address) {
    if (same(address, this.selected)) return;
    this.selected = address;
    this.emit("selected", address);
  }

  /** Choose the sample whose values are shown: one of the training data, or of those of another split. */
  setSample(index, split = "train") {
    if (index === this.sample && split === this.split && !this.whatIf) return;
    this.whatIf = null;
    Object.assign(this, { sample: index, split });
    this.emit("sample", index);
  }

  /** The chosen sample as receipts name it: its index, or ["test", index]. */
  get named() {
    return this.split === "train" ? this.sample : [this.split, this.sample];
  }

  /** Choose what is shown of the sample: {show: what is on the tiles of pictures} or {overlay: a probe's id, or null}. */
  setShown(changes) {
    Object.assign(this, changes);
    this.emit("sample", this.sample);
  }

  /** Make up a sample to look at instead; it changes no data and no run. null goes back to the chosen one. */
  setWhatIf(whatIf) {
    if (same(whatIf, this.whatIf)) return;
    this.whatIf = whatIf;
    this.emit("sample", this.sample);
  }

  /** What became of an operation on weights; null is nothing to tell. */
  setConsequence(found) {
    if (found === this.consequence) return;
    this.consequence = found;
    this.emit("consequence", found);
  }

  /** Change parameters: {"learning.batch_size": 20}. */
  propose(changes) {
    return this.#send({ type: "propose", changes, base_revision: this.revision });
  }

  /** Change the network's graph: {name: "insert_layer", index: 1}. */
  operate(operation) {
    return this.#send({ type: "propose", operation, base_revision: this.revision });
  }

  /** Set one weight or bias: edit("layers.0.weight[2,1]", 0.5). `goesOn`: a number is being dragged. */
  edit(address, value, goesOn = false) {
    return this.#operated("edit", { address, value, goes_on: goesOn });
  }

  /** Operate on a weight, a neuron or a layer: operateOn("copy", "layers.0[1]", "layers.0[2]"). */
  operateOn(operation, address, onto) {
    return this.#operated("surgery", { operation, address, onto });
  }

  async #operated(name, args) {
    const answer = await this.do(name, args);
    if (answer.type === "answer") this.setConsequence(answer.result);
    return answer;
  }

  /**
   * One of the server's actions; its answer has `result`: do("receipt", {address: "layers.0.bias[1]"}).
   * `quiet`: who asks shows a refusal itself.
   */
  do(name, args = {}, { quiet = false } = {}) {
    return this.#send({ type: "do", name, arguments: args }, quiet);
  }

  /** Show or hide something; never changes a number. */
  setView(changes) {
    return this.#send({ type: "view", changes });
  }

  /** Open one of our links, or one of TensorFlow Playground's. */
  openLink(link) {
    return this.#send({ type: "open_link", text: link });
  }

  /** Do something: play, pause, step_batch, reset, undo, speed … */
  command(name, args = {}) {
    return this.#send({ type: "command", name, ...args });
  }

  /** A word for the screen that needs no server. */
  say(text, kind = "info") {
    this.notify({ type: "notice", run: this.run, kind, text });
  }

  /** Pass a notice on; those that come before anybody listens wait in `unheard`. */
  notify(notice) {
    if (!this.emit("notice", notice)) this.unheard.push(notice);
  }

  async #send(message, quiet = false) {
    const answer = await this.socket.send({ ...message, run: this.run });
    if (answer.type === "refused" && !quiet) this.emit("refused", answer);
    return answer;
  }
}

/**
 * The space of a layer: every sample at its place in the first two principal components of the layer's values. From
 * picture to picture the plane is turned to where the samples were (see plot/align.js), so it bends as the network learns.
 */

import { fit, h, readable, setAttribute, setText, themeOf, throttled, tokensOf } from "../dom.js";
import { Picture, pointedProbes } from "../dock/sample.js";
import { signed } from "../colour.js";
import { count, number, percent } from "../format.js";
import { layerName } from "../names.js";
import { turn, turned } from "../plot/align.js";
import { classKey, colourFor, formFor, formOf } from "../plot/marks.js";
import { tooltip } from "../plot/tooltip.js";
import { choose, chosen, kindsOf } from "../samples.js";

const NEAR = 12; // pixels
const EASE = 0.25; // of the way to where a point belongs, at each picture
const SHRINK = 0.04; // of the scale, at each picture: it grows at once
const MARGIN = 7;
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const wanted = (store) => store.asked.hidden_space?.layer;

export default {
  id: "hidden_space",
  slot: "curves",
  label: "Space",
  order: 55,
  probes: (store) => [{ id: "hidden_space", ...(wanted(store) === undefined ? {} : { layer: wanted(store) }) }, ...pointedProbes(store)],
  mount: (host, store, tools) => new HiddenSpace(host, store, tools),
};

class HiddenSpace {
  constructor(host, store, tools) {
    Object.assign(this, { host, store, marked: null, places: null, goal: null, by: [1, 0, 0, 1], half: [0, 0], moving: 0, picture: new Picture() });
    this.layers = h("select.chip-select", {
      "aria-label": "Layer whose space is shown", "data-control": "space-layer",
      onchange: () => this.store.setAsked("hidden_space", { layer: Number(this.layers.value) }),
    });
    this.note = h("span.keys", { title: "How much of all differences between the samples these two directions show." });
    this.canvas = h("canvas", { role: "img", tabindex: "0", "data-own-keys": true });
    this.box = h("div.plot-box", {}, this.canvas);
    this.key = h("span.space-key", {});
    tools.replaceChildren(this.layers, this.key, this.note);
    host.replaceChildren(this.box);
    this.tip = tooltip(this.box);
    readable(this.canvas, { point: (x, y) => this._point(x, y), leave: () => this._mark(null), key: (event) => this._key(event) });
    this.canvas.addEventListener("click", () => this._choose());
    this.describe = throttled(1000, () => setAttribute(this.canvas, "aria-label", this._words()));
    this.off = ["run", "asked", "sample", "pointed"].map((event) => store.on(event, () => this.paint()));
    this.theme();
  }

  theme() {
    this.tokens = tokensOf(this.host);
    this.name = themeOf(this.host);
    this._draw();
  }

  resize() {
    this._draw();
  }

  _read() {
    const [scores, shares, samples, target, layer, values] = ["scores", "shares", "samples", "target", "layer", "values"]
      .map((name) => this.store.latest.get(`hidden_space/${name}`));
    if (!scores || scores.axes.join() !== "sample,column") return null;
    return { scores: scores.data, shares: shares.data, samples: samples.data, target: target.data, layer: layer.data[0], values: values.data[0] };
  }

  _choices() {
    const { shape } = this.store;
    const names = shape.layers.map((layer, i) => `${layer.output ? "Output" : i + 1}: ${layer.label}`);
    if (this.layers.dataset.key !== names.join()) {
      this.layers.dataset.key = names.join();
      this.layers.replaceChildren(...names.map((name, i) => h("option", { value: String(i) }, name)));
    }
    const { classes } = shape.output;
    const key = [...classes, themeOf(this.host)].join();
    if (this.key.dataset.key !== key) this.key.replaceChildren(classes.length ? classKey(classes, this.host) : "");
    this.key.dataset.key = key;
    const layer = String(Math.min(wanted(this.store) ?? Math.max(names.length - 2, 0), names.length - 1));
    if (this.layers.value !== layer) this.layers.value = layer;
    if (wanted(this.store) >= names.length) this.store.setAsked("hidden_space", null); // it is gone
  }

  /** Takes in what is new of the latest frame, and draws. */
  paint() {
    if (!this.store.shape) return;
    this._choices();
    const found = this._read();
    if (found && found.scores !== this.found?.scores) this._take(found);
    this._draw();
  }

  _take(found) {
    const before = this.goal;
    const known = this.found && this.found.samples.join() === found.samples.join();
    this.found = found;
    this.by = turn(found.scores, known ? before : null);
    this.goal = turned(found.scores, this.by);
    if (!known || still()) this.places = this.goal.slice();
    this.half = [0, 1].map((axis) => {
      const half = this.goal.reduce((most, x, i) => (i % 2 === axis ? Math.max(most, Math.abs(x)) : most), 1e-9);
      return known ? Math.max(half, this.half[axis] * (1 - SHRINK)) : half;
    });
    const [first, second] = found.shares;
    setText(this.note, `${percent(first + second)} of ${count(found.values)}-D`);
    setAttribute(this.note, "aria-label", `The first component shows ${percent(first)} of the variance, the second ${percent(second)}.`);
    this.describe();
  }

  // Each picture goes part of the way, until all points are where they belong.
  _ease() {
    const { places, goal } = this;
    let far = 0;
    for (let i = 0; i < goal.length; i += 1) {
      const way = goal[i] - places[i];
      far = Math.max(far, Math.abs(way));
      places[i] += way * EASE;
    }
    return far > Math.max(...this.half) * 0.002;
  }

  _draw() {
    const { canvas, tokens, store, found } = this;
    if (!found || !canvas.clientWidth || !store.shape) return;
    cancelAnimationFrame(this.moving);
    const more = !still() && this._ease();
    if (!more) this.places.set(this.goal);
    const { context: g, width, height } = fit(canvas);
    // one scale for both directions, so that distances can be compared
    const scale = Math.min((width / 2 - MARGIN) / this.half[0], (height / 2 - MARGIN) / this.half[1]);
    this.room = { x: width / 2, y: height / 2, scale };
    g.clearRect(0, 0, width, height);
    this._directions(g, width, height);
    const kinds = kindsOf(store, found.target);
    const bound = kinds ? 1 : Math.max(1e-9, ...found.target.map(Math.abs));
    g.lineWidth = 0.25;
    g.strokeStyle = tokens.panel;
    for (let i = 0; i < found.samples.length; i += 1) {
      const kind = found.target[i];
      g.fillStyle = kinds ? colourFor(kinds, kind, this.name) : signed(kind / bound, this.name);
      this._dot(g, i, kinds ? formFor(kinds, kind) : 0, Math.max(2.2, Math.min(4, height / 80)));
    }
    const now = chosen(store);
    const kept = now.split === "train" ? found.samples.indexOf(now.sample) : -1;
    g.strokeStyle = tokens.accent;
    g.lineWidth = 2;
    for (const i of new Set([kept, this.marked ?? -1])) if (i >= 0) this._ring(g, i);
    if (this.marked !== null) this._tip();
    if (more) this.moving = requestAnimationFrame(() => this._draw());
  }

  // Where the two components point, in the turned plane.
  _directions(g, width, height) {
    const [a, b, c, d] = this.by;
    const reach = Math.hypot(width, height);
    g.strokeStyle = this.tokens.line;
    g.lineWidth = 1;
    for (const [x, y] of [[a, c], [b, d]]) {
      g.beginPath();
      g.moveTo(this.room.x - x * reach, this.room.y + y * reach);
      g.lineTo(this.room.x + x * reach, this.room.y - y * reach);
      g.stroke();
    }
  }

  _at(i) {
    const { x, y, scale } = this.room;
    return [x + this.places[2 * i] * scale, y - this.places[2 * i + 1] * scale];
  }

  _dot(g, i, form, radius) {
    g.save();
    g.translate(...this._at(i));
    g.scale(radius, radius);
    g.fill(formOf(form));
    g.stroke(formOf(form));
    g.restore();
  }

  _ring(g, i) {
    g.beginPath();
    g.arc(...this._at(i), 6.5, 0, 2 * Math.PI);
    g.stroke();
  }

  _point(x, y) {
    if (!this.room || !this.found) return;
    let [best, near] = [null, NEAR ** 2];
    for (let i = 0; i < this.found.samples.length; i += 1) {
      const [left, top] = this._at(i);
      const far = (left - x) ** 2 + (top - y) ** 2;
      if (far < near) [best, near] = [i, far];
    }
    this._mark(best);
  }

  _mark(i) {
    if (i === this.marked) return;
    this.marked = i;
    if (i === null) this.tip.hide();
    this.store.setPointed(i === null ? null : { split: "train", sample: this.found.samples[i] });
    this._draw();
  }

  _choose() {
    if (this.marked !== null) choose(this.store, { split: "train", sample: this.found.samples[this.marked] });
  }

  _key(event) {
    if (event.key === "Enter") return this._choose();
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !this.found) return undefined;
    event.preventDefault();
    const total = this.found.samples.length;
    this._mark(((this.marked ?? (by > 0 ? -1 : total)) + by + total) % total);
    return setAttribute(this.canvas, "aria-label", this._lines(this.marked).join(", "));
  }

  _lines(i) {
    const { samples, target, scores } = this.found;
    const { classes } = this.store.shape.output;
    const kind = classes.length ? classes[target[i]] : `target ${number(target[i])}`;
    return [`sample ${samples[i] + 1}: ${kind}`, `components ${number(scores[2 * i])} and ${number(scores[2 * i + 1])}`];
  }

  _tip() {
    const [title, line] = this._lines(this.marked);
    this.tip.show(...this._at(this.marked), [h("b", {}, title), line, ...this.picture.shown(this.store)]);
  }

  _words() {
    const { found, store } = this;
    if (!found) return "Space of a layer; nothing has been computed yet.";
    const [first, second] = found.shares;
    return `${count(found.samples.length)} training samples by the ${count(found.values)} values of ${layerName(store.shape, found.layer)}, `
      + `in their first two principal components, which show ${percent(first)} and ${percent(second)} of the variance.`;
  }

  destroy() {
    cancelAnimationFrame(this.moving);
    this.describe.cancel();
    this.off.forEach((off) => off());
    if (this.marked !== null) this.store.setPointed(null);
    this.host.replaceChildren();
  }
}

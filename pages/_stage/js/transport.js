/** The bar above everything: play, step, speed, and the run's live numbers. */

import { h, setAttribute, setNumber, setText } from "./dom.js";
import { count, loss, number } from "./format.js";
import { icon } from "./icons.js";
import { openPopover } from "./popover.js";
import { measuredLate } from "./samples.js";

/** Steps per second at each place of the slider; the last is all that the machine gives. */
const STOPS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, null];

const STEPS = [
  { command: "step_sample", label: "One sample", key: ".", sentence: "Adds one sample's gradient; the weights change when the batch is full." },
  { command: "step_batch", label: "One batch", key: "→", sentence: "One step: the gradient of one batch changes the weights." },
  { command: "step_epoch", label: "One epoch", key: "Shift →", sentence: "Once through all training samples." },
];

/** The slider's place for a speed: the nearest stop by ratio. */
function placeOf(speed) {
  if (speed === null || speed === undefined) return STOPS.length - 1;
  let best = 0;
  STOPS.forEach((stop, at) => {
    if (stop !== null && Math.abs(Math.log(stop / speed)) < Math.abs(Math.log(STOPS[best] / speed))) best = at;
  });
  return best;
}

/** A speed in few words, and as a sentence for those who hear it. */
function speedWords(speed) {
  if (speed === null || speed === undefined) return ["full", "All the machine gives"];
  if (speed === 0.5) return ["½ step/s", "One step in two seconds"];
  return [`${count(speed)} step${speed === 1 ? "" : "s"}/s`, speed === 1 ? "One step per second" : `${count(speed)} steps per second`];
}

function button(name, { command, control, picture, text, key }) {
  return h("button", {
    type: "button", class: text ? "" : "square", "aria-label": name, title: key ? `${name} (${key})` : name,
    "data-command": command, "data-control": control,
  }, picture ? icon(picture) : null, text ? h("span", {}, text) : null);
}

function stepMenu(store, run, anchor) {
  const { allowed, why } = store.shape?.sample_step ?? { allowed: true, why: "" };
  openPopover(anchor, (close) => STEPS.map(({ command, label, key, sentence }) => {
    const off = command === "step_sample" && !allowed;
    return h("button.option", {
      type: "button", role: "menuitem", "data-item": true, "data-command": command, "aria-disabled": off ? "true" : null,
      onclick: () => {
        if (off) return store.say(why);
        run(command);
        return close();
      },
    }, h("span.option-head", {}, h("b", {}, label), h("kbd", {}, key)), h("span.option-text", {}, off ? why : sentence));
  }), { label: "Step by", role: "menu", className: "menu" });
}

const SPLITS = ["train", "validation", "test"];

/** The metrics to print: both losses, then the first other metric, of the test set where there is one. */
function printed(all) {
  const metrics = all.filter(({ split }) => SPLITS.includes(split)); // not of other data that it is scored on
  const losses = metrics.filter((metric) => metric.id.endsWith("_loss"));
  const others = metrics.filter((metric) => !metric.id.endsWith("_loss"));
  losses.sort((a, b) => a.split.localeCompare(b.split)); // test before train
  return [...losses, others.find((metric) => metric.split === "test") ?? others[0]].filter(Boolean);
}

const MEASURED = /_(loss|accuracy|error)$/; // numbers over whole sets
const ERROR = "Root mean squared error: how far the answers are from the targets, typically, in the target's own unit";

class Numbers {
  constructor(host) {
    this.host = host;
    this.cells = [];
    this.known = "";
    this.device = h("span.device", {});
  }

  /** What computes the steps. */
  place(where) {
    setText(this.device, where ? ` on ${where.short}` : "");
  }

  cell(id, label, format, className = "", title = null) {
    const value = h("b", { "data-number": id }, "–");
    this.cells.push({ id, value, format });
    return h(`div.num${className}`, { "data-cell": id, title }, h("small", {}, label), value);
  }

  /** Make the cells anew when the run measures something else. */
  build(shape) {
    const metrics = printed(shape?.metrics ?? []);
    const key = JSON.stringify(metrics);
    if (key === this.known) return;
    this.known = key;
    this.cells = [];
    const rates = h("div.num.rates", {});
    for (const [id, label] of [["steps_per_second", "steps/s"], ["frames_per_second", "frames/s"]]) {
      const value = h("b", { "data-number": id }, "–");
      this.cells.push({ id, value, format: count });
      rates.append(h("div", {}, value, h("small", {}, label, id === "steps_per_second" ? this.device : null)));
    }
    this.host.replaceChildren(
      this.cell("epoch", "Epoch", count, ".epoch"), this.cell("step", "Step", count, ".step"),
      ...metrics.map((metric) => this.cell(metric.id, metric.label, metric.id.endsWith("_loss") ? loss : number,
        `.metric.${metric.split}${metric.id.endsWith("_loss") ? ".loss" : ""}`,
        metric.id.endsWith("_error") ? ERROR : null)), rates);
  }

  paint(frame, store) {
    const live = frame.playing && store.connection === "open"; // the frame's word: what it shows is then at rest
    const late = measuredLate(frame);
    for (const { id, value, format } of this.cells) {
      let now = frame.numbers[id] ?? frame[id];
      if (id === "frames_per_second") now = live ? store.framesPerSecond : undefined;
      if (id === "steps_per_second" && !live) now = undefined;
      setNumber(value, now, format(now));
      if (MEASURED.test(id) && value.title !== late) value.title = late;
    }
  }
}

/**
 * Build the bar.
 *
 * @param {HTMLElement} host
 * @param {import("./store.js").RunStore} store
 * @param {(command: string, args?: object) => Promise} run what a button does
 * @param {() => boolean} playing whether any run on the page plays: one transport drives them all
 * @returns {{paint: (frame: object) => void, update: () => void}} update after every "run" event
 */
export function mountTransport(host, store, run, playing) {
  const past = h("div.group.past", { role: "group", "aria-label": "History" },
    button("Reset", { command: "reset", control: "reset", picture: "reset", key: "R" }),
    h("span.joined", {},
      button("Undo", { command: "undo", picture: "undo", key: "Ctrl Z" }),
      button("Redo", { command: "redo", picture: "redo", key: "Ctrl Shift Z" })));
  const play = h("button.play", { type: "button", "data-control": "play" });
  const more = h("button.more", { type: "button", "aria-label": "Choose the step", title: "Sample, batch or epoch", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("down"));
  const step = h("span.joined.step", { "data-control": "step" },
    button("Step", { command: "step_batch", picture: "step", text: "Step", key: "→" }), more);
  const microscope = button("Microscope", { command: "microscope", control: "microscope", picture: "microscope", text: "Microscope", key: "M" });
  const numbers = new Numbers(h("div.numbers", {}));
  const line = h("div.line", {}, play, step, numbers.host);
  const range = h("input", { type: "range", min: 0, max: STOPS.length - 1, step: 1, "aria-label": "Speed", "data-command": "speed" });
  const said = h("b", {}, "full");
  const speed = h("label.speed", { "data-control": "speed", title: "How fast it trains: from one step in two seconds to all the machine gives" },
    h("small", {}, h("span", {}, "Speed"), said), range);
  const right = h("div.group.right", {},
    button("New seed", { command: "new_seed", control: "reset", picture: "seed", key: "N" }),
    button("Projector", { command: "projector", picture: "projector", key: "P" }),
    button("Keys and help", { command: "help", text: "?", key: "?" }),
    button("Share", { command: "share", control: "share", picture: "share", text: "Share" }));
  host.append(past, line, microscope, speed, right);
  more.addEventListener("click", () => stepMenu(store, run, more));

  host.addEventListener("click", (event) => {
    const target = event.target.closest("button[data-command]");
    if (target && target.getAttribute("aria-disabled") !== "true") run(target.dataset.command);
  });
  let sending = false;
  const say = () => {
    const [short, sentence] = speedWords(STOPS[range.value]);
    said.textContent = short;
    range.setAttribute("aria-valuetext", sentence);
    range.style.setProperty("--at", `${(range.value / (STOPS.length - 1)) * 100}%`);
  };
  range.addEventListener("input", () => {
    say();
    sending = true;
    run("speed", { steps_per_second: STOPS[range.value] }).finally(() => { sending = false; });
  });

  const [undo, redo] = past.querySelectorAll("[data-command=undo], [data-command=redo]");
  let shown = null;
  const update = () => {
    if (shown !== playing()) {
      shown = playing();
      const name = shown ? "Pause" : "Play";
      play.dataset.command = name.toLowerCase();
      play.title = `${name} (Space)`;
      play.replaceChildren(icon(name.toLowerCase()), h("span", {}, name));
    }
    // Not `disabled`, which would drop the keyboard's focus at the last undo.
    setAttribute(undo, "aria-disabled", String(!store.canUndo));
    setAttribute(redo, "aria-disabled", String(!store.canRedo));
    setAttribute(microscope, "aria-pressed", String(Boolean(store.walk)));
    if (!sending) range.value = placeOf(store.speed);
    say();
    numbers.build(store.shape);
    numbers.place(store.where);
    if (store.frame) numbers.paint(store.frame, store);
  };
  update();
  return { update, paint: (frame) => numbers.paint(frame, store) };
}

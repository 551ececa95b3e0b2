/** What the network costs: a quiet line at the foot of its picture, which opens the reckoning layer by layer. */

import { h, setText } from "../dom.js";
import { count, number } from "../format.js";
import { openPopover } from "../popover.js";
import { computed } from "./computed.js";

const CALM = 1000; // ms between two readings of the pace, so that nobody has to chase it
const UNITS = ["bytes", "kB", "MB", "GB"];

const bytes = (size) => {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(size || 1) / 3)));
  return `${power ? number(size / 1000 ** power) : count(size)} ${UNITS[power]}`;
};

const lasting = (seconds) => (seconds < 0.9995 ? `${Number((seconds * 1000).toPrecision(2))} ms` : `${number(seconds)} s`);

const counted = (amount, one) => `${count(amount)} ${one}${amount === 1 ? "" : "s"}`;

/** "12 parameters · 8 multiply–adds". @param {{parameters: number, multiply_adds: number}} cost */
export const costWords = (cost) => `${counted(cost.parameters, "parameter")} · ${counted(cost.multiply_adds, "multiply–add")}`;

export class Cost {
  #pace = null; // seconds per epoch as last measured, of this revision
  #guess = null; // the same before it was measured: the worker has tried a step
  #read = { at: -Infinity, revision: null };
  #open = null;

  /** @param {import("../store.js").RunStore} store */
  constructor(store) {
    this.store = store;
    this.words = h("span", {});
    this.seconds = h("span", {});
    this.how = h("span.each", {}); // as the words "a sample" left out where there is no room; the card says it
    this.element = h("button.cost", { type: "button", "aria-haspopup": "dialog", "aria-expanded": "false",
      title: "What the network costs, layer by layer" }, this.words, h("span.each", {}, " a sample"), this.seconds, this.how);
    this.element.addEventListener("click", () => {
      this.#open = openPopover(this.element, () => this.#card(), { label: "What the network costs", className: "cost-card" });
    });
    this.off = [store.on("run", () => this.#update()), store.on("frame", (frame) => this.#measure(frame))];
    this.#update();
  }

  destroy() {
    for (const off of this.off) off();
    this.#open?.close();
  }

  #update() {
    const { shape, revision } = this.store;
    this.element.hidden = !shape?.cost;
    if (!shape?.cost) return;
    if (this.#read.revision !== revision) this.#pace = this.#guess = null;
    this.#read.revision = revision;
    setText(this.words, costWords(shape.cost));
    const [takes, on] = [this.#pace ?? this.#guess, this.store.where ? ` on ${this.store.where.label}` : ""];
    setText(this.seconds, takes === null ? "" : ` · ≈ ${lasting(takes)} an epoch`);
    setText(this.how, takes === null ? "" : `${on}${this.#pace === null ? ", estimated" : ""}`);
    this.#open?.refresh();
  }

  /** The worker's own pace; before it was measured its estimate. */
  #measure({ playing, revision, numbers }) {
    const now = performance.now();
    const guess = numbers.seconds_per_epoch ?? null;
    if (revision === this.store.revision && guess !== this.#guess) {
      this.#guess = guess;
      this.#update();
    }
    if (!playing || revision !== this.store.revision || !(numbers.epochs_per_second > 0) || now - this.#read.at < CALM) return;
    this.#read.at = now;
    this.#pace = 1 / numbers.epochs_per_second;
    this.#update();
  }

  #card() {
    const { shape } = this.store;
    if (!shape?.cost) return [];
    const { layers, bytes: memory, training } = shape.cost;
    const row = (name, { parameters, multiply_adds: products }) => h("tr", {}, h("th", { scope: "row" }, name),
      h("td", {}, count(parameters)), h("td", {}, count(products)));
    const head = h("tr", {}, h("td", {}), h("th", { scope: "col" }, "Parameters"), h("th", { scope: "col" }, "Multiply–adds"));
    const guess = this.#guess === null ? "Press Play to measure how long an epoch takes."
      : `An epoch will take about ${lasting(this.#guess)}: an estimate from a few steps that were tried on a copy. Press Play to measure it.`;
    const pace = this.#pace === null ? guess
      : `An epoch takes about ${lasting(this.#pace)}, measured here at the chosen speed, pictures included.`;
    return [
      h("header", {}, h("b", {}, "Cost"), h("span", {}, "for one sample")),
      h("table", {}, h("thead", {}, head),
        h("tbody", {}, ...layers.map((layer, at) => row(shape.layers[at].output ? "Output" : `Layer ${at + 1}`, layer))),
        h("tfoot", {}, row("In all", shape.cost))),
      h("p", {}, "Each weight is multiplied by its input and added to the sum: one multiply–add. Norms and activations are not counted."),
      h("p", {}, `Training takes about three times as many, ${count(training)}: once forward, and twice for the gradients.`),
      h("p", {}, `Memory: weights ${bytes(memory.weights)}, gradients ${bytes(memory.gradients)}, what optimizer and penalty remember ${bytes(memory.slots)}.`),
      h("p", {}, pace),
      ...computed(this.store),
    ];
  }
}

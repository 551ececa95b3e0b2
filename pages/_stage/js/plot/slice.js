/**
 * Where the plane lies among the inputs that are columns beyond it: a slider for each, at its mean until it is moved.
 * The maps are computed there; no data and no run is changed by it.
 */

import { h, setAttribute, setText } from "../dom.js";
import { axisText } from "./axes.js";

const STEPS = 200; // from the lowest to the highest value

/** The columns that are inputs now. @param {object} store @returns {object[]} see `Column` */
const columnsOf = ({ shape }) => (shape?.extras ?? []).filter(({ id }) => shape.inputs.some((input) => input.id === id));

/**
 * What probes of the plane are asked for besides.
 * @param {object} store @returns {{beyond?: Object<string, number>}} values that are not the mean, in the columns' own units
 */
export function sliceOf(store) {
  const known = store.asked.slice ?? {};
  const moved = columnsOf(store).filter(({ id, middle }) => (known[id] ?? middle) !== middle);
  return moved.length ? { beyond: Object.fromEntries(moved.map(({ id }) => [id, known[id]])) } : {};
}

export class Slice {
  #rows = new Map(); // by the column's id

  /** @param {object} store */
  constructor(store) {
    this.store = store;
    this.element = h("div.slice", { role: "group", "aria-label": "Where the plane lies among the other inputs" });
  }

  /** The inputs or their values have changed. */
  update() {
    const columns = columnsOf(this.store);
    if (columns.map(({ id }) => id).join() !== [...this.#rows.keys()].join()) {
      this.#rows = new Map(columns.map((column) => [column.id, this.#row(column)]));
      this.element.replaceChildren(...[...this.#rows.values()].map(({ row }) => row));
    }
    this.element.hidden = !columns.length;
    for (const column of columns) this.#show(column);
  }

  #row(column) {
    const { id, name, low, high } = column;
    const range = h("input", { type: "range", min: low, max: high, step: (high - low) / STEPS, "aria-label": `The plane’s ${name}`, "data-slice": id });
    const value = h("output", {});
    const mean = h("button.chip", { type: "button", title: `Back to the mean of ${name}`, onclick: () => this.#move({ [id]: column.middle }) }, "mean");
    range.addEventListener("input", () => this.#move({ [id]: Number(range.value) }));
    return { row: h("label.slice-row", {}, h("span", {}, name), range, value, mean), range, value, mean };
  }

  #show(column) {
    const { range, value, mean } = this.#rows.get(column.id);
    const own = this.store.asked.slice?.[column.id] ?? column.middle;
    const text = axisText(column, (own - column.middle) / column.spread);
    range.value = own;
    setAttribute(range, "aria-valuetext", text);
    setText(value, text);
    mean.disabled = own === column.middle;
  }

  #move(changed) {
    const { store } = this;
    store.setAsked("slice", { ...store.asked.slice, ...changed });
    if (store.whatIf?.point) store.setWhatIf({ point: store.whatIf.point, inputs: store.whatIf.inputs, ...sliceOf(store) });
  }
}

/** Beside the output while a step is walked: the target, the prediction and the loss, each once it is known. */

import { h, setNumber, setText } from "../dom.js";
import { loss as lossText, number } from "../format.js";

/** The output column that stands for the sample's class, or the only one. */
function columnOf(target, { output }) {
  if (output.columns < 2) return 0;
  return target.length > 1 ? target.indexOf(Math.max(...target)) : Math.round(target[0]);
}

/** What there is to say: [key, words, value, text, address] each. */
function rowsOf(known, shape) {
  const { target, output, loss } = known.judged();
  const { classes, columns } = shape.output;
  const rows = [];
  if (known.walk.sample !== null && target && !shape.output.picture?.length) {
    const at = columnOf(target, shape);
    rows.push(["target", "target", target[0], columns > 1 ? classes[at] : number(target[0]), "target[0]"]);
    const words = columns > 1 ? `output ${classes[at]}` : "output";
    if (output) rows.push(["prediction", words, output.values[at], number(output.values[at]), `${output.address}[${at}]`]);
  }
  if (loss !== null) rows.push(["loss", known.walk.sample === null ? "mean loss" : "loss", loss, lossText(loss), known.named("batch_loss")]);
  for (const [address, words, format] of [["penalty", "penalty", lossText], ["learning_rate", "learning rate η", number]]) {
    const value = known.scalar(address);
    if (value !== null) rows.push([address, words, value, format(value), address]);
  }
  return rows;
}

export class Judge {
  #rows = new Map();
  #known = "";

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
  }

  /** @param {import("./known.js").Known} known @param {{x: number, y: number, width: number}} place its left edge and middle @returns {boolean} whether there is anything to say */
  paint(known, shape, place) {
    const rows = rowsOf(known, shape);
    this.host.hidden = !rows.length;
    this.host.classList.toggle("current", known.walk.phase === "loss");
    Object.assign(this.host.style, { left: `${place.x}px`, top: `${place.y}px`, width: `${place.width}px` });
    const keys = rows.map(([, , , , address]) => address).join();
    if (keys !== this.#known) this.#build(rows, keys);
    for (const [key, words, value, text] of rows) {
      const row = this.#rows.get(key);
      setText(row.name, words);
      setNumber(row.value, value, text);
      row.value.dataset.sample = JSON.stringify(known.walk.sample);
    }
    return rows.length > 0;
  }

  // Made anew with another address, since whoever made a number one that can be opened did so once.
  #build(rows, keys) {
    this.#known = keys;
    this.#rows.clear();
    this.host.replaceChildren(...rows.map(([key, , , , address]) => {
      const [name, value] = [h("small"), h("b", { "data-number": address })];
      this.#rows.set(key, { name, value });
      return h("div", { "data-row": key }, name, value);
    }));
  }

  clear() {
    this.host.hidden = true;
    this.host.replaceChildren();
    this.#known = "";
  }
}

/**
 * What a check blames, marked on the network: a hatch, a ring and a warning sign at the corner of a
 * tile, or the same around a whole layer. Form, not only colour, tells; the names of the neurons say it too.
 */

import { h } from "../dom.js";

const ADDRESS = /^layers\.(\d+)(?:\.[a-z_.]+)?(?:\[(\d+)[\d,]*\])?$/;
const AROUND = 7; // pixels between the tiles of a layer and the frame around them

/** {layer, unit} of an address of the network, unit null where it is a whole layer; null for others ("test_loss"). */
function placeOf(address) {
  const [, layer, unit] = ADDRESS.exec(address) ?? [];
  return layer === undefined ? null : { layer: Number(layer), unit: unit === undefined ? null : Number(unit) };
}

/** Whether what is shown blames this unit, itself or with its whole layer. */
export const blames = (finding, layer, unit) => (finding?.addresses ?? []).map(placeOf)
  .some((place) => place?.layer === layer && (place.unit ?? unit) === unit);

export class Marks {
  /** @param {HTMLElement} host an empty element that lies over the picture @param {import("../store.js").RunStore} store */
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.host.setAttribute("aria-hidden", "true");
  }

  /** Mark what the finding on screen blames, where the layout has it. */
  update(layout) {
    const addresses = this.store.finding?.addresses ?? [];
    this.host.replaceChildren(...addresses.map((address) => this.#mark(layout, address)).filter(Boolean));
  }

  #mark(layout, address) {
    const place = placeOf(address);
    const column = place && layout.columns.find(({ kind, layer }) => kind === "layer" && layer === place.layer);
    if (!column?.rows.length) return null;
    const { size, rows, xs } = column;
    const whole = place.unit === null;
    const [first, last] = whole ? [rows[0], rows.at(-1)] : [rows[place.unit], rows[place.unit]];
    if (first === undefined) return null; // one of those that the fold stands for
    const [left, right] = whole ? [Math.min(...xs), Math.max(...xs)] : [xs[place.unit], xs[place.unit]];
    const margin = whole ? AROUND : 0;
    const mark = h(whole ? "div.mark.whole" : "div.mark", { "data-mark": address }, h("span.caution", {}, "!"));
    Object.assign(mark.style, {
      left: `${left - size / 2 - margin}px`, top: `${first - size / 2 - margin}px`,
      width: `${right - left + size + margin * 2}px`, height: `${last - first + size + margin * 2}px`,
    });
    return mark;
  }
}

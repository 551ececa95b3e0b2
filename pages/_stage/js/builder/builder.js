/**
 * The builder: what lies over the network's picture to change its graph there.
 */

import { h } from "../dom.js";
import { Edges } from "./edges.js";
import { Misfits } from "./misfits.js";
import { places } from "./places.js";

export class Builder {
  #open = null; // the card that follows the run

  /** @param {HTMLElement} field the picture @param {import("../store.js").RunStore} store */
  constructor(field, store) {
    Object.assign(this, { field, store });
    const [edges, misfits] = [h("div.edges"), h("div.misfits")];
    field.append(edges, misfits);
    this.edges = new Edges(edges, store, (popover) => this.follow(popover));
    this.misfits = new Misfits(misfits, store);
    this.off = store.on("run", () => this.#open?.refresh());
  }

  destroy() {
    this.off();
    this.#open?.close();
  }

  follow(popover) {
    if (popover) this.#open = popover;
  }

  /** Put everything over a layout. */
  update(layout, phone) {
    this.placed = places(layout, this.store.shape);
    this.edges.update(this.placed, layout, phone);
    this.misfits.update(this.placed, layout);
  }
}

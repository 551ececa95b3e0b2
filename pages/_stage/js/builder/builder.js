/** The builder: what lies over the network's picture, and beside it, to change its graph there. */

import { h } from "../dom.js";
import { carried } from "./carry.js";
import { Edges } from "./edges.js";
import { Joints } from "./joints.js";
import { Misfits } from "./misfits.js";
import { movedOnto } from "./moves.js";
import { carryOut } from "./palette.js";
import { places } from "./places.js";
import { Shelf } from "./shelf.js";
import { startsButton } from "./starts.js";

export class Builder {
  #open = null; // the card that follows the run

  /** @param {HTMLElement} field the picture @param {import("../store.js").RunStore} store @param {() => void} resized */
  constructor(field, store, resized) {
    Object.assign(this, { field, store });
    const [edges, joints, misfits] = [h("div.edges"), h("div.joints"), h("div.misfits")];
    field.append(joints, edges, misfits);
    const follow = (popover) => this.follow(popover);
    this.edges = new Edges(edges, store, follow);
    this.joints = new Joints(joints, store, follow);
    this.misfits = new Misfits(misfits, store);
    this.shelf = new Shelf(store, this, resized);
    this.foot = h("div.foot-buttons", {}, this.shelf.opener, startsButton(store, follow));
    this.off = store.on("run", () => this.#open?.refresh());
  }

  destroy() {
    this.off();
    this.shelf.destroy();
    this.misfits.destroy();
    this.joints.destroy();
    this.#open?.close();
  }

  /** A card that is drawn anew whenever the run changes. */
  follow(popover) {
    if (popover) this.#open = popover;
  }

  /** Put everything over a layout. */
  update(layout, phone) {
    this.placed = places(layout, this.store.shape);
    this.edges.update(this.placed, layout, phone);
    this.joints.update(this.placed, phone);
    this.misfits.update(this.placed, layout);
  }

  /** Let the head of layer `at` be dragged onto a connection. */
  carries(head, at, words) {
    const onto = (edge) => movedOnto(at, edge);
    carried(head, { builder: this, words, taken: (edge) => onto(edge) !== null, drop: (edge) => {
      const operation = onto(edge);
      carryOut(this.store, operation, head.getRootNode(), `layer-${operation.to}`);
    } });
  }
}

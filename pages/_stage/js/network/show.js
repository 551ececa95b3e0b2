/** What the tiles of pictures show: what the layers make of the sample, the weights that look at it, or gradients. */

import { h, setAttribute } from "../dom.js";

const KINDS = [
  ["values", "Maps", "What every layer makes of the chosen sample"],
  ["filters", "Filters", "The weights that look at pictures, as pictures"],
  ["gradients", "Gradients", "How the loss of the chosen sample would change with each of these numbers"],
];

/** What a probe of one sample is told besides where somebody has drawn one. @param {object} store */
export const drawing = (store) => (store.whatIf?.pixels ? { pixels: store.whatIf.pixels } : {});

/** What has to be asked for that. @param {object} store @returns {object[]} probes */
export function shownProbes(store) {
  if (store.shape?.shape.length !== 3) return [];
  const show = store.show === "gradients" ? "gradients" : "values";
  return [{ id: "feature_maps", sample: store.sample, split: store.split, show, ...drawing(store) }, { id: "filters" }];
}

export class Show {
  /** @param {object} store */
  constructor(store) {
    this.store = store;
    this.buttons = KINDS.map(([id, text, sentence]) => h("button.chip", {
      type: "button", title: sentence, "data-show": id, onclick: () => store.setShown({ show: id }),
    }, text));
    this.element = h("div.shown", { role: "group", "aria-label": "What the tiles show", hidden: true }, ...this.buttons);
    this.off = store.on("sample", () => this.update());
    this.update();
  }

  update() {
    const { shape, show, walk } = this.store;
    this.element.hidden = shape?.shape.length !== 3 || !shape.provides.includes("pictures") || Boolean(walk);
    for (const button of this.buttons) setAttribute(button, "aria-pressed", String(button.dataset.show === show));
  }

  destroy() {
    this.off();
  }
}

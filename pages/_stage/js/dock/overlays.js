/** What can be laid over a sample's picture: every probe with that role, and of which answer it speaks. */

import { h, setAttribute } from "../dom.js";

const provided = (store, { needs }) => needs.every((part) => store.shape.provides.includes(part));

/** The probes that are offered: none where the answer is a picture, which has no one number to explain. */
function offered(store) {
  if (store.shape.output.picture.length) return [];
  return (store.catalogue.probes ?? []).filter((probe) => probe.role === "overlay" && provided(store, probe));
}

const shown = (store) => offered(store).find(({ id }) => id === store.overlay) ?? null;

/** The class that is asked about; null is the one that the network answers. */
function unitOf(store) {
  const unit = store.asked.overlay?.unit ?? null;
  return unit !== null && unit < store.shape.output.classes.length ? unit : null;
}

/** What has to be asked for. @param {object} store @param {{sample: number, split: string}} of @returns {object[]} probes */
export function overlayProbes(store, of) {
  const [probe, unit] = [shown(store), unitOf(store)];
  return probe ? [{ id: probe.id, ...of, ...(unit === null ? {} : { unit }) }] : [];
}

/** The array to lay over the picture, by its axes; null while there is none. @param {object} store */
export function overlayOf(store) {
  const probe = shown(store);
  for (const [name, array] of probe ? store.frame?.arrays ?? [] : []) {
    if (name.startsWith(`${probe.id}/`) && array.axes?.join() === "row,column") return array;
  }
  return null;
}

/** The row of buttons, one for each overlay, and the choice of a class. */
export class OverlayRow {
  #key = "";

  /** @param {object} store */
  constructor(store) {
    this.store = store;
    this.chips = h("span.overlay-chips", { role: "group", "aria-label": "Laid over the picture" });
    this.unit = h("select.chip-select", {
      "aria-label": "Of which answer it speaks",
      onchange: () => store.setAsked("overlay", this.unit.value === "" ? null : { unit: Number(this.unit.value) }),
    });
    this.element = h("div.overlays", {}, this.chips, this.unit);
  }

  update() {
    const { store } = this;
    const all = offered(store);
    const { classes } = store.shape.output;
    const key = [...all.map(({ id }) => id), "", ...classes].join();
    if (key !== this.#key) {
      this.#key = key;
      this.chips.replaceChildren(...all.map(({ id, label, sentence }) => h("button.chip", {
        type: "button", "data-overlay": id, title: sentence, onclick: () => store.setShown({ overlay: store.overlay === id ? null : id }),
      }, label)));
      this.unit.replaceChildren(h("option", { value: "" }, "its answer"), ...classes.map((name, i) => h("option", { value: String(i) }, `of ${name}`)));
    }
    this.element.hidden = !all.length;
    for (const chip of this.chips.children) setAttribute(chip, "aria-pressed", String(chip.dataset.overlay === store.overlay));
    // its place is kept, so that nothing moves when it appears
    this.unit.style.visibility = shown(store) && classes.length ? "" : "hidden";
    this.unit.value = String(unitOf(store) ?? "");
  }
}

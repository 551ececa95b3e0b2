/** The shelf: all layers at the left of the picture, to be dragged onto a connection, or with a click put as far back as it fits. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { carried } from "./carry.js";
import { described, whyNot } from "./offers.js";
import { openPalette, take } from "./palette.js";
import { parameterWords, shapeWords } from "./words.js";

const BACK = 16; // places before the output that are tried, from the last one on
const HELD = 300; // ms until the shelf looks again whether its layers may be put in order
const NAMES = { blocks: "Blocks", starts: "Start from" };
const nameOf = ({ folder, group }) => NAMES[folder] ?? group;

export class Shelf {
  #asked = 0;
  #known = "";
  #last = Promise.resolve();

  /** @param {import("../store.js").RunStore} store @param {import("./builder.js").Builder} builder @param {() => void} resized */
  constructor(store, builder, resized) {
    Object.assign(this, { store, builder, resized });
    this.list = h("div.shelf-list", {});
    const close = h("button.shelf-close", { type: "button", "aria-label": "Close the shelf of layers", title: "Close", onclick: () => this.toggle(false) }, icon("close"));
    this.element = h("aside.shelf", { "aria-label": "Layers to add", "data-control": "add_layer" },
      h("header", {}, h("b", {}, "Layers"), close), h("p", {}, "Drag one onto a + in the picture. A click puts it as far back as it fits."), this.list);
    this.opener = h("button.foot-button", { type: "button", "aria-pressed": "false", "data-control": "add_layer", "data-command": "shelf",
      title: "All layers, to drag into the network", onclick: () => this.toggle() }, "Layers");
    this.off = store.on("run", () => this.fill());
    this.#show();
  }

  destroy() {
    this.off();
  }

  get open() {
    return this.store.shelf;
  }

  toggle(open = !this.open) {
    this.store.shelf = open;
    this.#show();
    this.resized();
  }

  #show() {
    this.opener.setAttribute("aria-pressed", String(this.open));
    this.element.classList.toggle("shut", !this.open);
    if (this.open) this.fill();
  }

  /** What there is, as it fits before the output now. */
  async fill() {
    const { store } = this;
    if (!this.open || !store.shape) return;
    const mine = this.#asked += 1;
    const answer = await store.do("offers", { index: store.shape.layers.length - 1, port: 0 }, { quiet: true });
    if (mine !== this.#asked || !answer.result) return;
    // What somebody holds must not be taken out of the hand.
    if (this.builder.field.classList.contains("dropping")) return void setTimeout(() => this.fill(), HELD);
    const known = JSON.stringify(answer.result);
    if (known === this.#known) return;
    this.#known = known;
    const key = this.list.getRootNode().activeElement?.dataset?.key;
    // Always in one order: what is reached for again and again must not move.
    const entries = ["layers", "blocks", "starts"].flatMap((folder) => described(answer.result, store.catalogue, folder));
    const names = [...new Set(entries.map(nameOf))];
    this.list.replaceChildren(...names.flatMap((name) => [
      h("div.shelf-name", {}, name), ...entries.filter((entry) => nameOf(entry) === name).map((entry) => this.#chip(entry))]));
    if (key) this.list.querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
  }

  /** Put an entry at the last place where it fits, or where it fits nowhere before the output. */
  async #append({ id, folder }, key) {
    const { store } = this;
    const last = store.shape.layers.length - 1;
    let first = null;
    for (let index = last; index >= Math.max(0, last - BACK); index -= 1) {
      const answer = await store.do("offers", { index, port: 0 }, { quiet: true });
      const offer = answer.result?.[folder].find((other) => other.id === id);
      if (!offer) return;
      first ??= { offer, index };
      if (!offer.why) return void await take(store, this.element.getRootNode(), offer, { index, port: 0 }, key);
    }
    await take(store, this.element.getRootNode(), first.offer, { index: last, port: 0 }, key);
  }

  #chip(entry) {
    const { store, builder } = this;
    const { id, folder, label, sentence, offer } = entry;
    const why = whyNot(entry);
    const key = `shelf-${folder}-${id}`;
    const chip = h("button.shelf-chip", {
      type: "button", "data-key": key, "data-value": id, "data-fits": why ? "no" : "yes", "data-mends": offer.mends ? "" : null, title: why || `${sentence} ${parameterWords(offer)}`.trim(),
      "aria-label": `${label}. ${why || sentence}`,
    }, h("b", {}, label), why || !offer.shape?.length ? null : h("code", {}, shapeWords(offer.shape)));
    chip.addEventListener("click", async () => {
      if (!offer.sources) {
        // One after another: each looks for its place in the network that the one before has made.
        this.#last = this.#last.then(() => this.#append(entry, key));
        return;
      }
      const before = { index: store.shape.layers.length - 1, port: 0 };
      builder.follow(await openPalette(builder.edges.plus({ target: before.index, port: 0 }) ?? chip, store, before, { merge: id }));
    });
    if (folder !== "starts") {
      carried(chip, { builder, words: label, drop: async ({ target, port }, plus) => {
        const at = { index: target, port };
        if (offer.sources) builder.follow(await openPalette(plus, store, at, { merge: id }));
        else take(store, this.element.getRootNode(), { operation: { ...offer.operation, ...at } }, at);
      } });
    }
    return chip;
  }
}

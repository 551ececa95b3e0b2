/**
 * The runs side by side, over the timeline: there only when a branch was made. Each has its own subscription,
 * painted ten times a second at most, so that looking at four costs the chosen one little.
 */

import { Card } from "./branches/card.js";
import { h, throttled } from "./dom.js";
import { Feed } from "./feed.js";
import { MAIN } from "./socket.js";
import { provided } from "./tabs.js";

const PAINT_MS = 100;
const PROBES = [{ id: "output_map", size: 50 }, { id: "parameters" }];

export class Branches {
  #cards = new Map(); // by run
  #feeds = new Map(); // by run: those that are not shown in full
  #extra = [];

  /** @param {HTMLElement} stage @param {object} link the tab's socket */
  constructor(stage, link) {
    this.link = link;
    this.row = h("div.branch-row", {});
    this.root = h("section.branches.slot", { "data-slot": "branches", "aria-label": "Branches", hidden: true }, this.row);
    stage.append(this.root);
    this.soon = throttled(PAINT_MS, () => this.paint());
    this.offs = new Map();
  }

  /** A run came, went or changed, or another one is chosen. */
  update() {
    const runs = this.link.runs.filter(({ shape }) => shape);
    const side = runs.length > 1 ? runs : [];
    this.root.hidden = !side.length;
    for (const run of [...this.#cards.keys()]) if (!side.some((store) => store.run === run)) this.#drop(run);
    for (const store of side) {
      if (!this.#cards.has(store.run)) this.#add(store);
      this.#cards.get(store.run).update();
    }
    this.ask(this.#extra);
    this.soon();
  }

  #add(store) {
    const card = new Card(store, () => this.update());
    this.#cards.set(store.run, card);
    this.offs.set(store.run, [store.on("frame", () => this.soon()), store.on("refused", (answer) => {
      // Nobody else listens to a run that is not shown in full.
      if (this.link.chosen !== store) this.link.chosen.say(answer.message, "warning");
    }), store.on("connection", () => this.#feeds.get(store.run)?.renew())]);
    this.row.append(card.element);
  }

  #drop(run) {
    this.#cards.get(run).element.remove();
    this.#cards.delete(run);
    for (const off of this.offs.get(run)) off();
    this.offs.delete(run);
    this.#mute(run);
  }

  #mute(run) {
    this.#feeds.get(run)?.end();
    this.#feeds.delete(run);
  }

  /** Give the keyboard to the chosen run's card. */
  focus() {
    this.#cards.get(this.link.chosen.run)?.pick.focus({ preventScroll: true });
  }

  /** Subscribe to what is shown of the runs beside the chosen one. @param {object[]} extra probes that its views want of them */
  ask(extra) {
    this.#extra = extra;
    const { chosen } = this.link;
    for (const [run, { store }] of this.#cards) {
      if (store === chosen) this.#mute(run);
      else {
        if (!this.#feeds.has(run)) this.#feeds.set(run, new Feed(this.link, store, { name: `beside-${run}`, credits: 1, changed: () => this.soon() }));
        this.#feeds.get(run).ask([...PROBES, ...extra].filter((probe) => provided(store, probe)));
      }
    }
  }

  paint() {
    const main = this.link.store(MAIN);
    for (const card of this.#cards.values()) card.paint(main);
    for (const feed of this.#feeds.values()) feed.painted(Math.round(1000 / PAINT_MS));
  }

  theme() {
    this.paint();
  }

  resize() {
    this.soon();
  }

  destroy() {
    this.soon.cancel();
    for (const run of [...this.#cards.keys()]) this.#drop(run);
    this.root.remove();
  }
}

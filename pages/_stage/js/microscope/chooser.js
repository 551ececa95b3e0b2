/** Whose values are walked: the coming batch's, one training sample's, or one test sample's. */

import { h, setText } from "../dom.js";
import { count } from "../format.js";
import { choose } from "./control.js";

const KINDS = [["batch", "whole batch"], ["train", "training sample"], ["test", "test sample"]];

export class Chooser {
  #test = 0; // the test sample looked at last
  #wish = null;
  #busy = false;
  #pointed = false; // whether the list was opened by pointing at it

  constructor(store) {
    this.store = store;
    this.kind = h("select", { "aria-label": "Whose values are walked", onchange: () => this.#to(this.kind.value), onpointerdown: () => { this.#pointed = true; }, onkeydown: () => { this.#pointed = false; } },
      ...KINDS.map(([value, name]) => h("option", { value }, name)));
    this.number = h("span.sample-number");
    const step = (by, label, sign) => h("button", { type: "button", "aria-label": label, title: label, onclick: () => this.#by(by) }, sign);
    this.stepper = h("span.joined", { role: "group", "aria-label": "Which sample" },
      step(-1, "Walk the sample before", "‹"), this.number, step(1, "Walk the next sample", "›"));
    this.root = h("span.chooser", {}, this.stepper, this.kind);
  }

  #to(kind) {
    this.#walk({ batch: null, train: this.store.sample, test: ["test", this.#test] }[kind]);
    // Who chose by pointing goes on by the arrow keys, which would else choose again.
    if (this.#pointed) this.root.getRootNode().querySelector("[data-way=next_operation]").focus({ preventScroll: true });
  }

  /** Walk another sample at the same operation; while that is under way, only the latest wish is kept. */
  async #walk(sample) {
    this.#wish = { sample };
    if (this.#busy) return;
    this.#busy = true;
    const { index } = this.store.walk;
    while (this.#wish) {
      const { sample: wanted } = this.#wish;
      this.#wish = null;
      await choose(this.store, wanted, index);
    }
    this.#busy = false;
  }

  #by(difference) {
    const sample = this.#wish ? this.#wish.sample : this.store.walk.sample;
    const test = Array.isArray(sample);
    const total = this.store.shape.samples[test ? "test" : "train"];
    const next = ((test ? sample[1] : sample) + difference + total) % total;
    if (!test) return this.store.setSample(next);
    this.#test = next;
    return this.#walk(["test", next]);
  }

  /** Another training sample was chosen, here or on the map: who walks one, walks that one. */
  follow(index) {
    const { walk } = this.store;
    if (Number.isInteger(walk?.sample) && walk.sample !== index) this.#walk(index);
  }

  update() {
    const { walk, shape } = this.store;
    if (!walk) return;
    const test = Array.isArray(walk.sample);
    this.kind.value = walk.sample === null ? "batch" : test ? "test" : "train";
    this.kind.querySelector("[value=test]").disabled = !shape.samples.test;
    this.stepper.hidden = walk.sample === null;
    if (walk.sample !== null) setText(this.number, count((test ? walk.sample[1] : walk.sample) + 1));
  }
}

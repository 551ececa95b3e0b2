/** Going on by itself, slowly: one operation after another, at a pace that can be chosen. */

import { h, setAttribute } from "../dom.js";
import { icon } from "../icons.js";

const PACES = [[4000, "slow"], [2000, "calm"], [900, "brisk"]];

export class Pace {
  #timer = 0;
  #busy = false;

  /** @param {() => Promise<void>} next goes one operation on */
  constructor(next) {
    this.next = next;
    this.button = h("button", { type: "button", "data-way": "slowly", "aria-pressed": "false", onclick: () => (this.#timer ? this.stop() : this.start()) });
    this.choice = h("select", { "aria-label": "Pace", title: "How long each operation stays", onchange: () => this.#timer && this.start() },
      ...PACES.map(([milliseconds, name]) => h("option", { value: milliseconds, selected: milliseconds === 2000 }, name)));
    this.root = h("span.pace", {}, this.button, this.choice);
    this.#say();
  }

  #say() {
    const going = this.#timer !== 0;
    const name = going ? "Stop here" : "Go on by itself, slowly";
    setAttribute(this.button, "aria-pressed", String(going));
    setAttribute(this.button, "aria-label", name);
    setAttribute(this.button, "title", name);
    this.button.replaceChildren(icon(going ? "pause" : "play"));
  }

  start() {
    clearInterval(this.#timer);
    this.#timer = setInterval(async () => {
      if (this.#busy) return; // a slow line is waited for, not overtaken
      this.#busy = true;
      await this.next();
      this.#busy = false;
    }, Number(this.choice.value));
    this.#say();
  }

  stop() {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#say();
  }
}

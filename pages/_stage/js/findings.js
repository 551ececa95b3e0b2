/**
 * What the checks found, as a strip: the sentence, what can be tried, and which of how many it is.
 * The strip lies over the foot of the network, so nothing moves when it comes or goes.
 */

import { h, setText } from "./dom.js";

export class Findings {
  #key = "";
  #said = "";

  /** @param {import("./store.js").RunStore} store */
  constructor(store) {
    this.store = store;
    this.sentence = h("span.trouble-text");
    this.buttons = h("span.tries");
    this.next = h("button.chip", { type: "button", title: "Show the next one", onclick: () => store.showFinding(1) });
    const close = h("button.close", {
      type: "button", title: "Not again in this run", "aria-label": "Dismiss for this run",
      onclick: () => store.dismiss(),
    }, "×");
    this.strip = h("div.trouble.finding", { hidden: true }, h("span.caution", { "aria-hidden": "true" }, "!"),
      this.sentence, this.buttons, this.next, close);
    // What stopped the run is called out; anything else is only said, and once, whatever its numbers do.
    this.polite = h("div.unseen", { "aria-live": "polite" });
    this.off = store.on("findings", () => this.#show());
    this.#show();
  }

  #show() {
    const { finding, findings } = this.store;
    this.strip.hidden = !finding;
    const said = finding && !finding.urgent ? `${finding.label}: ${finding.message}` : "";
    if (this.#said !== (finding?.check ?? "")) setText(this.polite, said);
    this.#said = finding?.check ?? "";
    this.#blame(finding);
    if (!finding) return;
    setText(this.sentence, finding.message);
    const [at, count] = [findings.indexOf(finding) + 1, findings.length];
    this.next.hidden = count < 2;
    setText(this.next, `${at} of ${count}`);
    this.next.setAttribute("aria-label", `Warning ${at} of ${count}. Show the next one`);
    const key = JSON.stringify(finding.remedies);
    if (key === this.#key) return; // buttons stay under the finger while numbers change
    this.#key = key;
    this.buttons.replaceChildren(...finding.remedies.map((remedy) => h("button", {
      type: "button", title: remedy.sentence, onclick: () => this.#attempt(remedy),
    }, remedy.label)));
  }

  async #attempt({ changes, command }) {
    const answer = Object.keys(changes).length ? await this.store.propose(changes) : null;
    if (command && answer?.type !== "refused") this.store.command(command);
  }

  /** A number that is blamed is marked where it is printed. */
  #blame(finding) {
    const root = this.strip.getRootNode();
    root.querySelectorAll?.("[data-cell]").forEach((cell) => {
      cell.classList.toggle("suspect", Boolean(finding?.addresses.includes(cell.dataset.cell)));
    });
  }

  destroy() {
    this.off();
    this.#blame(null);
  }
}

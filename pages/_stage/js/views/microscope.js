/**
 * The microscope's bar, docked above the network: in which phase of the step the walk stands, where to go
 * from there, what the operation does, and the line of code that computes it. Not there while nobody walks.
 */

import { h, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { icon } from "../icons.js";
import { jump, leave, move } from "../microscope/control.js";
import { Chooser } from "../microscope/chooser.js";
import { Pace } from "../microscope/pace.js";

/** The phases of a step, in order, and what each is for. */
const PHASES = {
  batch: "Samples are taken", forward: "The values go forward through the network", loss: "The outputs are judged",
  backward: "The gradients go back", clip: "The gradients are bounded", penalty: "Large weights are given a price",
  moments: "The optimizer's memory", update: "The change of the weights", decoupled: "The penalty moves the weights itself",
};
const WAYS = [["phase", "«", "»"], ["layer", "‹", "›"], ["operation", "←", "→"]];
const KEYS = { phase: "Ctrl ", layer: "Shift ", operation: "" };

class Microscope {
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.phases = h("ol.phases", { "aria-label": "Phases of this step" });
    this.place = h("span.place");
    this.only = h("span.only", { title: "Nothing is learned from test data, so there is no way back and no update." }, "forward only: nothing is learned from test data");
    this.sentence = h("p.operation");
    this.code = h("code.line-of-code");
    this.live = h("div.unseen", { role: "status", "aria-live": "polite", "aria-atomic": "true" });
    this.pace = new Pace(() => this.go(1, "operation"));
    this.chooser = new Chooser(store);
    const back = WAYS.map(([by, sign]) => this.button(-1, by, sign));
    const next = WAYS.toReversed().map(([by, , sign]) => this.button(1, by, sign));
    this.shut = h("button.leave", {
      type: "button", "aria-label": "Leave the microscope", title: "Leave the microscope (Esc)", "data-command": "microscope", onclick: () => leave(store),
    }, icon("close"));
    this.root = h("section.panel.microscope", { "aria-label": "Microscope" },
      h("div.strip", {}, this.phases, this.only, this.place, this.shut),
      h("div.ways", {}, h("span.joined.to", { role: "group", "aria-label": "Back" }, ...back),
        h("span.joined.to", { role: "group", "aria-label": "Next" }, ...next), this.pace.root, this.chooser.root),
      h("div.told", {}, this.sentence, this.code), this.live);
    this.off = [store.on("walk", () => this.update()), store.on("run", () => this.update()), store.on("sample", (index) => this.chooser.follow(index))];
    this.update();
  }

  button(direction, by, sign) {
    const word = by === "operation" ? (direction > 0 ? "Next" : "Back") : by[0].toUpperCase() + by.slice(1);
    const name = `${direction > 0 ? "Next" : "Back by one"} ${by}`;
    return h(`button.${by}`, {
      type: "button", "aria-label": name, title: `${name} (${KEYS[by]}${direction > 0 ? "→" : "←"})`, "data-way": `${direction > 0 ? "next" : "back"}_${by}`,
      onclick: () => this.go(direction, by),
    }, direction > 0 ? `${word} ${sign}` : `${sign} ${word}`);
  }

  async go(direction, by) {
    const answer = await move(this.store, direction, by);
    if (answer?.type === "refused") this.pace.stop();
  }

  /** Shows where the walk stands; comes and goes with it. */
  update() {
    const { walk, playing } = this.store;
    const open = Boolean(walk);
    if (open !== this.host.contains(this.root)) this.come(open);
    if (!open || playing) this.pace.stop();
    if (!open) return;
    this.strip(walk);
    this.only.hidden = !Array.isArray(walk.sample);
    setText(this.place, `operation ${walk.index + 1} of ${walk.count}, step ${count(walk.step + 1)}`);
    setText(this.sentence, walk.sentence);
    setText(this.code, walk.code);
    setAttribute(this.code, "title", walk.code);
    const aloud = `Operation ${walk.index + 1} of ${walk.count}, ${walk.phase}: ${walk.sentence}`;
    setText(this.live, aloud);
    this.root.dataset.operation = walk.id;
    this.root.dataset.phase = walk.phase;
    this.chooser.update();
  }

  come(open) {
    const root = this.host.getRootNode();
    // Who pressed the button goes on here; who leaves is back at the button.
    if (open) {
      this.host.replaceChildren(this.root);
      if (root.activeElement?.matches("[data-command=microscope]")) this.root.querySelector("[data-way=next_operation]").focus({ preventScroll: true });
      return;
    }
    const held = this.root.contains(root.activeElement);
    this.host.replaceChildren();
    if (held) root.querySelector(".bar [data-command=microscope]")?.focus({ preventScroll: true });
  }

  /** The phases that this step has; a press goes to the first operation of one. */
  strip({ phases, phase: now }) {
    const names = Object.keys(phases);
    const known = JSON.stringify(phases);
    if (known !== this.known) {
      this.known = known;
      this.phases.replaceChildren(...names.map((phase) => h("li", {},
        h("button", { type: "button", "data-phase": phase, title: PHASES[phase], onclick: () => jump(this.store, phases[phase]) }, phase))));
    }
    const at = names.indexOf(now);
    [...this.phases.querySelectorAll("button")].forEach((button, place) => {
      if (place === at) setAttribute(button, "aria-current", "step");
      else button.removeAttribute("aria-current");
      button.classList.toggle("done", place < at);
    });
    // A phone has room for some of them only.
    const current = this.phases.querySelector("[aria-current]");
    if (current) this.phases.scrollLeft = current.offsetLeft - this.phases.offsetLeft - 40;
  }

  destroy() {
    this.pace.stop();
    for (const off of this.off) off();
    this.host.replaceChildren();
  }
}

export default {
  id: "microscope",
  slot: "microscope",
  probes: () => [],
  mount: (host, store) => new Microscope(host, store),
};

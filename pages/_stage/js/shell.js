/** The stage's skeleton: which part is where, and what is hidden. */

import { h } from "./dom.js";

/**
 * Build the skeleton.
 *
 * @param {Node} root the shadow root or element it goes into
 * @param {string} run the run that it shows
 * @returns {{stage: HTMLElement, bar: HTMLElement, slots: Map<string, HTMLElement>,
 *   connection: (state: string) => void, hide: (ids: string[]) => void}}
 */
export function buildShell(root, run) {
  const slot = (name) => h("div.slot", { "data-slot": name });
  const slots = new Map(["network", "output", "curves", "dock", "receipt", "notices"].map((name) => [name, slot(name)]));
  const bar = h("div.bar", { role: "group", "aria-label": "Training" });
  const starting = h("p.starting", {}, "Starting…");
  const stage = h("div.stage", { "data-run": run, lang: "en" },
    bar,
    h("div.main", {}, slots.get("network"), starting, slots.get("notices")),
    h("div.side", {}, slots.get("output"), slots.get("curves"), slots.get("dock"), slots.get("receipt")));
  root.append(stage);

  return {
    stage, bar, slots,
    connection(state) {
      stage.dataset.connection = state;
      starting.hidden = state !== "connecting";
    },
    /** Hide the controls that the view hides, and nothing else. */
    hide(ids) {
      const hidden = new Set(ids);
      for (const node of stage.querySelectorAll("[data-control]")) {
        const off = hidden.has(node.dataset.control);
        if (node.hidden !== off) node.hidden = off;
      }
    },
  };
}

/** The stage's skeleton: which part is where, and what is hidden. */

import { h } from "./dom.js";

const SLOTS = ["microscope", "network", "output", "curves", "dock", "receipt", "notices", "timeline"];

/**
 * Build the skeleton of one run. Its root lies without a box of its own in the stage's grid, so that the runs
 * beside it can stand in the same grid without being within it.
 *
 * @param {HTMLElement} stage the element that it goes into
 * @param {string} run the run that it shows
 * @returns {{stage: HTMLElement, root: HTMLElement, bar: HTMLElement, slots: Map<string, HTMLElement>,
 *   connection: (state: string) => void, hide: (ids: string[]) => void}}
 */
export function buildShell(stage, run) {
  const slots = new Map(SLOTS.map((name) => [name, h("div.slot", { "data-slot": name })]));
  const bar = h("div.bar", { role: "group", "aria-label": "Training" });
  const starting = h("p.starting", {}, "Starting…");
  const root = h("div.run", { "data-run": run },
    bar,
    h("div.main", {}, slots.get("microscope"), slots.get("network"), starting, slots.get("notices")),
    slots.get("timeline"),
    h("div.side", {}, slots.get("output"), slots.get("curves"), slots.get("dock"), slots.get("receipt")));
  stage.prepend(root);

  return {
    stage, root, bar, slots,
    connection(state) {
      stage.dataset.connection = root.dataset.connection = state;
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

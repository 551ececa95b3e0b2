/** A layer on its way to a connection: what is carried follows the pointer, and the nearest plus sign takes it. */

import { h } from "../dom.js";
import { draggable } from "./drag.js";

const REACH = 90; // px from a plus sign in which it takes what is let go
const LEVEL = 0.3; // how much less it counts to be too high or too low

/**
 * Make an element something that can be carried onto a connection.
 *
 * @param {HTMLElement} element
 * @param {{builder: import("./builder.js").Builder, words: string, taken?: (edge: object) => boolean,
 *   drop: (edge: object, plus: HTMLElement) => void}} does taken: whether a connection can take it
 */
export function carried(element, { builder, words, taken = () => true, drop }) {
  draggable(element, {
    take: () => {
      const { store, placed } = builder;
      if (!placed?.edges.length || store.walk || store.view.hidden.includes("add_layer")) return null;
      const ghost = h("div.ghost", { "aria-hidden": "true" }, words);
      builder.field.closest(".stage").append(ghost);
      builder.field.classList.add("dropping");
      return { ghost, edge: null };
    },
    move: (held, { clientX, clientY }) => {
      held.ghost.style.transform = `translate(${clientX + 12}px, ${clientY + 10}px)`;
      const box = builder.field.getBoundingClientRect();
      held.edge = nearest(builder.placed.edges.filter(taken), clientX - box.left, clientY - box.top);
      builder.edges.aim(held.edge);
    },
    drop: (held) => held.edge && drop(held.edge, builder.edges.plus(held.edge)),
    end: ({ ghost }) => {
      ghost.remove();
      builder.field.classList.remove("dropping");
      builder.edges.aim(null);
    },
  });
}

function nearest(edges, x, y) {
  let [best, found] = [REACH, null];
  for (const edge of edges) {
    const away = Math.hypot(x - edge.x, LEVEL * (y - edge.y));
    if (away < best) [best, found] = [away, edge];
  }
  return found;
}

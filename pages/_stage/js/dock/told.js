/** A line of words with numbers in it that open into their receipts. */

import { h, setNumber, setText } from "../dom.js";
import { number } from "../format.js";
import { HINT } from "./openable.js";

/**
 * Writes a line. While its words stay the same only the numbers change, so that a press is never lost to a frame.
 * @param {HTMLElement} line
 * @param {(string|{address: string, value: number, leads?: boolean})[]} parts `leads`: the number is a step on the way
 *   to the one at `address`, not that one itself
 */
export function tell(line, parts) {
  const form = JSON.stringify(parts.map((part) => (typeof part === "string" ? "" : [part.address, part.leads])));
  if (line.dataset.form !== form) {
    line.dataset.form = form;
    line.replaceChildren(...parts.map((part) => {
      if (typeof part === "string") return h("span", {});
      return part.leads ? leading(part.address) : h("span", { "data-number": part.address });
    }));
  }
  parts.forEach((part, at) => {
    const node = line.children[at];
    if (typeof part === "string") setText(node, part);
    else setNumber(node, part.value, number(part.value));
  });
}

/**
 * What leads to a number without being it.
 * @param {string} address @param {string} [text]
 * @param {boolean} [stop] false where the same number can be reached beside it, so that Tab need not stop here too
 */
export const leading = (address, text = "", stop = true) => h("span.follow", {
  "data-opens": address, tabindex: stop ? "0" : "-1", role: "button", title: HINT,
}, text);

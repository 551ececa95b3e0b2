/** A small label beside the pointer, inside its own box so that it never leaves the card. */

import { h } from "../dom.js";

/**
 * @param {HTMLElement} box positioned element that the label stays within
 * @returns {{show: (x: number, y: number, lines: string[]) => void, hide: () => void}} x, y in the box's pixels
 */
export function tooltip(box) {
  const label = h("div.tip", { role: "presentation", hidden: true });
  box.append(label);
  return {
    show(x, y, lines) {
      label.replaceChildren(...lines.map((line) => (line instanceof Node ? line : h("span", {}, line))));
      label.hidden = false;
      const { offsetWidth: wide, offsetHeight: high } = label;
      const left = x + 14 + wide <= box.clientWidth ? x + 14 : x - 14 - wide;
      const top = y - high - 10 >= 0 ? y - high - 10 : y + 14;
      label.style.left = `${Math.max(0, Math.min(left, box.clientWidth - wide))}px`;
      label.style.top = `${Math.max(0, Math.min(top, box.clientHeight - high))}px`;
    },
    hide() {
      label.hidden = true;
    },
  };
}

/**
 * Every number of the network that is printed on the stage opens into its receipt: by a click, a finger, Enter or
 * Space. What has `data-number` is such a number by itself; what has `data-opens` leads to one.
 */

import { setAttribute } from "../dom.js";

const NUMBERS = "[data-number]:not(input, select, [data-opens])";
const RATES = new Set(["steps_per_second", "frames_per_second"]); // of the machine, not of the network

export const HINT = "Where this number comes from";

const places = (node) => (node instanceof Element ? [node, ...node.querySelectorAll(NUMBERS)].filter((each) => each.matches(NUMBERS)) : []);

/** A number that can be opened looks and behaves like one; its name is the small word beside it, if there is one. */
function mark(node, run) {
  const address = node.dataset.number;
  if (RATES.has(address)) return;
  node.classList.add("follow");
  setAttribute(node, "data-opens", address);
  setAttribute(node, "tabindex", "0");
  setAttribute(node, "role", "button");
  node.title ||= HINT;
  const word = node.parentElement.querySelector(":scope > small");
  if (!word || node.hasAttribute("aria-label")) return;
  word.id ||= `word-${run}-${address}`;
  node.id ||= `number-${run}-${address}`;
  setAttribute(node, "aria-labelledby", `${word.id} ${node.id}`);
}

/**
 * @param {HTMLElement} root a part of the page that shows numbers of one run
 * @param {string} run its name
 * @param {(place: {address: string, sample?: any}) => void} opened called with the number that is to open
 * @returns {() => void} stops it
 */
export function listenForNumbers(root, run, opened) {
  const open = (event) => {
    const node = event.target.closest?.("[data-opens]");
    if (!node) return;
    event.preventDefault();
    const { opens: address, sample } = node.dataset;
    opened(sample === undefined ? { address } : { address, sample: JSON.parse(sample) });
  };
  const key = (event) => {
    // A button presses itself.
    if ((event.key === "Enter" || event.key === " ") && !event.target.matches("button")) open(event);
  };
  // All its digits, for who rests on it.
  const tell = ({ target }) => {
    const node = target.closest?.("[data-opens][data-value]");
    if (node?.title.startsWith(HINT)) setAttribute(node, "title", node.dataset.value ? `${HINT}: ${node.dataset.value}` : HINT);
  };
  const take = (node) => places(node).forEach((number) => mark(number, run));
  const watch = new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(take)));
  take(root);
  watch.observe(root, { childList: true, subtree: true });
  const heard = { click: open, keydown: key, pointerover: tell, focusin: tell };
  for (const [type, fn] of Object.entries(heard)) root.addEventListener(type, fn);
  return () => {
    watch.disconnect();
    for (const [type, fn] of Object.entries(heard)) root.removeEventListener(type, fn);
  };
}

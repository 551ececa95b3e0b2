/**
 * Every number of the network that is printed on the stage opens into its receipt: by a click, a finger, Enter or
 * Space. What has `data-number` is such a number by itself; what has `data-opens` leads to one.
 */

import { setAttribute } from "../dom.js";

const NUMBERS = "[data-number]:not(input, select, [data-opens])";
const RATES = new Set(["steps_per_second", "frames_per_second"]); // of the machine, not of the network

const places = (node) => (node instanceof Element ? [node, ...node.querySelectorAll(NUMBERS)].filter((each) => each.matches(NUMBERS)) : []);

/** A number that can be opened looks and behaves like one. */
function mark(node) {
  if (RATES.has(node.dataset.number)) return;
  node.classList.add("follow");
  setAttribute(node, "data-opens", node.dataset.number);
  setAttribute(node, "tabindex", "0");
  setAttribute(node, "role", "button");
  if (!node.title) node.title = "Where this number comes from";
}

/**
 * @param {HTMLElement} stage the part of the page that shows one run @param {import("./trail.js").Trail} trail of that run
 * @returns {() => void} stops it
 */
export function listenForNumbers(stage, trail) {
  const open = (event) => {
    const node = event.target.closest?.("[data-opens]");
    if (!node) return;
    event.preventDefault();
    const { opens: address, sample } = node.dataset;
    trail.open(sample === undefined ? { address } : { address, sample: JSON.parse(sample) });
  };
  const key = (event) => {
    // A button presses itself.
    if ((event.key === "Enter" || event.key === " ") && !event.target.matches("button")) open(event);
  };
  const watch = new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => places(node).forEach(mark))));
  places(stage).forEach(mark);
  watch.observe(stage, { childList: true, subtree: true });
  stage.addEventListener("click", open);
  stage.addEventListener("keydown", key);
  return () => {
    watch.disconnect();
    stage.removeEventListener("click", open);
    stage.removeEventListener("keydown", key);
  };
}

/** What stands in the dock while nothing is looked at: the goal in one line, and how to read the picture. */

import { h, setText, themeOf } from "./dom.js";
import { classKey } from "./plot/marks.js";
import { recordsLine } from "./records.js";

const tile = (kind = "") => h(`span.sign.sign-tile${kind}`, { "aria-hidden": "true" });

function links() {
  const sign = h("span.sign", { "aria-hidden": "true" });
  sign.innerHTML = '<svg viewBox="0 0 34 24" width="34" height="24" fill="none" stroke-linecap="round"><path d="M2 6c12 0 14-3 30-3" stroke="var(--pos)" stroke-width="4.5"/><path d="M2 13c12 0 14 4 30 4" stroke="var(--neg)" stroke-width="2.5"/><path d="M2 20c12 0 14 2 30 2" stroke="var(--pos)" stroke-width="1" opacity=".6"/></svg>';
  return sign;
}

/** What the card has room for besides what there must be, from most to least; views.css reads the words. */
const ROOMS = ["wide loss scale hint", "loss scale hint", "wide scale hint", "scale hint", "hint", "none"];

const COLOURS = ["orange", "blue"]; // classes that are called by their colours need no key

function dots(numbers) {
  return h("span.sign", { "aria-hidden": "true" }, h("i.big-dot.fits"), h(numbers ? "i.big-dot.blue" : "i.big-dot.misses"));
}

/** What a dot is: its target value, or its class by colour and form, each with its name. */
function dotWords(shape, host) {
  const { target, classes = [] } = shape?.output ?? {};
  if (target === "number") return [" Its colour is its target value."];
  if (!classes.some((name) => !COLOURS.includes(name))) return [" Ringed ones are on the wrong side."];
  return [" Ringed ones are taken for another class. ", classKey(classes, host)];
}

/** Whether a run has that part; of the help, which knows no run, all but pictures. */
function provided(shape, part) {
  if (!shape) return part !== "pictures";
  return part === "plane" ? shape.provides.includes("data") && shape.shape.length !== 3 : shape.provides.includes(part);
}

/**
 * The three rows that say what the picture's parts mean; the help shows them too.
 * @param {object} shape @param {Node} host where they will stand
 * @returns {HTMLElement}
 */
export function signs(shape, host) {
  const numbers = shape?.output.target === "number";
  const rows = { // by the part of a task that they speak of
    grid: [tile(), "A tile is a neuron.", " Its picture shows what it outputs at every place of the plane."],
    pictures: [tile(".sign-map"), "A tile is a channel.", " It shows what the channel makes of the sample. Point at a pixel to see what it is made of."],
    parameters: [links(), "A line is a weight.", " Thicker is larger; blue adds, orange subtracts."],
    plane: [dots(numbers), "A dot is a sample.", ...dotWords(shape, host)],
  };
  const shown = Object.entries(rows).filter(([part]) => provided(shape, part));
  return h("ul.signs", {}, ...shown.map(([, [mark, what, ...words]]) => h("li", {}, mark, h("span", {}, h("b", {}, what), ...words))));
}

/**
 * The signed colour scale in words; where a single output runs from 0 to 1, its ends have these colours too.
 * @param {object} [shape] @returns {HTMLElement}
 */
export function scale(shape) {
  const { range: [low, high] = [-1, 1], columns = 1 } = shape?.output ?? {};
  const [from, to] = low < 0 || columns > 1 ? ["", ""] : [`, output ${low}`, `, output ${high}`];
  return h("div.legend-scale", {}, h("span", {}, `negative${from}`), h("span.scale-line", { "aria-hidden": "true" }),
    h("span", {}, `positive${to}`));
}

/**
 * Mounts the legend.
 * @param {HTMLElement} host @param {object} store
 * @returns {{update: () => void, resize: () => void}} update: the run changed; resize: the card has another size
 */
export function mountLegend(host, store) {
  const goal = h("p.goal", {}, "");
  const records = recordsLine(store);
  const advice = h("p.advice", {});
  const hint = h("p.hint", {});
  const touch = matchMedia("(hover: none)").matches;
  /** How to read on; nothing where the network does not fit yet, for then nothing is computed. */
  const hintWords = (provides = []) => {
    const one = provides.includes("pictures") ? "channel" : "neuron";
    if (!provides.includes("parameters")) return "";
    return touch ? `Tap a ${one} to read it, and once more to open it; tap a dotted number to see where it comes from.`
      : `Press a ${one}, a line or a dotted number to open it.`;
  };
  const loss = h("div.if-room", {}, h("b", {}), h("p.sentence", {}), h("p.formula", {}));
  let target = null;
  let fitted = "";
  /** Nothing is cut off: the first of the rooms whose content fits. */
  const fit = () => {
    for (const room of ROOMS) {
      host.dataset.room = room;
      if (host.scrollHeight <= host.clientHeight) return;
    }
  };
  // The card beside it may take or leave room without the window changing.
  new ResizeObserver(() => goal.isConnected && fit()).observe(host);
  return {
    resize: fit,
    update() {
      const known = JSON.stringify([store.shape?.output, store.shape?.provides, themeOf(host)]);
      if (target !== known) {
        target = known;
        host.replaceChildren(h("div.legend-head", {}, h("small", {}, "Goal"), goal), records.element, advice, signs(store.shape, host), scale(store.shape), loss, hint);
      }
      // The spec's loss is a supervised task's; what others lessen, they say themselves.
      const { label = "", sentence = "", formula = "" } = (store.shape?.provides.includes("trace") && store.shape.loss) || {};
      setText(loss.firstChild, label ? `Loss: ${label}` : "");
      setText(loss.children[1], sentence);
      setText(loss.lastChild, formula);
      setText(goal, store.shape?.goal ?? "");
      setText(advice, store.shape?.hint ?? "");
      setText(hint, hintWords(store.shape?.provides));
      records.update();
      advice.hidden = !store.shape?.hint;
      const content = JSON.stringify([target, label, sentence, formula, store.shape?.goal, store.shape?.hint, records.element.hidden]);
      if (content !== fitted) fit();
      fitted = content;
    },
  };
}

/** What tells the runs side by side from one another: a name, a form, a colour and a dash for each. */

import { h, tokensOf } from "../dom.js";
import { formOf } from "../plot/marks.js";
import { MAIN, remember } from "../socket.js";

const NAMES_KEY = "glassbox.branches";
const LONGEST = 24; // characters of a name
const FORMS = [0, 2, 1, 3]; // disc, triangle, square, diamond
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

const placeOf = (run) => (run === MAIN ? 0 : Number(run.split("-").at(-1)) || 0);

function names() {
  try {
    const found = JSON.parse(remember(NAMES_KEY) || "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** What a run is called: what somebody named it in this tab, else "Main" or "Branch 2". @param {string} run */
export function runName(run) {
  const given = names()[run];
  if (typeof given === "string" && given) return given.slice(0, LONGEST);
  return run === MAIN ? "Main" : `Branch ${placeOf(run)}`;
}

/** Give a run another name; none gives it its own back. @param {string} run @param {string} name */
export function rename(run, name) {
  remember(NAMES_KEY, JSON.stringify({ ...names(), [run]: name.trim().slice(0, LONGEST) }));
}

/**
 * How a run is drawn.
 * @param {string} run @param {Element} element whose style sheet has the colours
 * @returns {{colour: string, dash: number[], form: Path2D}} the form has a radius of 1
 */
export function lookOf(run, element) {
  const place = placeOf(run);
  const own = getComputedStyle(element).getPropertyValue(`--run-${place}`).trim();
  return { colour: own || tokensOf(element).ink, dash: DASHES[place % DASHES.length], form: formOf(FORMS[place % FORMS.length]) };
}

/** A run's form as a small picture before its name; the style sheet gives it its colour. @param {string} run */
export function runKey(run) {
  return h("i.run-key", { "data-key": placeOf(run), "aria-hidden": "true" });
}

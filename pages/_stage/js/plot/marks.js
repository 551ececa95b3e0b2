/** Marks of classes: each class has a form besides its colour, on the plane as in the words about it. */

import { classes, ENDS } from "../colour.js";
import { h, themeOf } from "../dom.js";
import { formFrom } from "./forms.js";

// Around the middle, as large to the eye as a circle of radius 1: disc, square, triangle, diamond, cross.
const OUTLINES = [
  "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
  "M-.9-.9H.9V.9H-.9Z",
  "M0-1.3L1.2.8H-1.2Z",
  "M0-1.35L1.2 0L0 1.35L-1.2 0Z",
  "M-.45-1.2H.45V-.45H1.2V.45H.45V1.2H-.45V.45H-1.2V-.45H-.45Z",
];
const SVG = "http://www.w3.org/2000/svg";

const outline = (form) => OUTLINES[form % OUTLINES.length];

/** A class's form as a path around 0, of "radius" 1; 0 is a disc. @param {number} form @returns {Path2D} */
export const formOf = (form) => formFrom(outline(form));

/** The form that belongs to a class. With two all are discs; forms begin anew sooner than colours, so no two marks are alike. */
export const formFor = (total, index) => (total > 2 ? index : 0);

/** The colour that belongs to a class. @param {number} total @param {number} index @param {"light"|"dark"} theme */
export function colourFor(total, index, theme) {
  if (total <= 2) return index ? ENDS.positive : ENDS.negative;
  const palette = classes(theme);
  return palette[index % palette.length];
}

/** A class's mark as a small picture among words. @returns {SVGElement} */
export function classMark(total, index, theme) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ viewBox: "-1.6 -1.6 3.2 3.2", width: 11, height: 11, "aria-hidden": "true" })) svg.setAttribute(name, value);
  path.setAttribute("d", outline(formFor(total, index)));
  path.setAttribute("fill", colourFor(total, index, theme));
  svg.append(path);
  return svg;
}

/**
 * Classes' names, each behind its mark.
 * @param {string[]} names @param {Node} host where they will stand: its theme gives the colours
 * @param {{total: number, at: number}} [which] how many classes there are, and which of them the first name is
 * @returns {HTMLElement}
 */
export function classKey(names, host, { total, at } = { total: names.length, at: 0 }) {
  const theme = themeOf(host);
  return h("span.class-key", {}, ...names.map((name, i) => h("span.class-name", {}, classMark(total, at + i, theme), name)));
}

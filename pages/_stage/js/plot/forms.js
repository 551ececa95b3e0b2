/** Forms drawn from an SVG path: made once, and their text is known again where a picture is taken away as SVG. */

const made = new Map();
const texts = new WeakMap();

/** @param {string} text an SVG path @returns {Path2D} */
export function formFrom(text) {
  if (!made.has(text)) {
    const path = new Path2D(text);
    made.set(text, path);
    texts.set(path, text);
  }
  return made.get(text);
}

/** The SVG path that a form was made from. @param {Path2D} path @returns {string} */
export const textOf = (path) => texts.get(path) ?? "";

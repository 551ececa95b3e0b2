/** What the builder calls things. */

import { count } from "../format.js";

/** A shape: "16×8×8", or of a vector how many numbers it has; "?" where it is not known. @param {number[]} shape */
export const shapeWords = (shape) => (shape?.length ? shape.join("×") : "?");

/** The shape of what an entry computes, −1 being the input. */
export const shapeOf = (shape, entry) => (entry < 0 ? shape.shape : shape.layers[entry]?.shape ?? []);

/** "the input", "layer 3 (Convolution)", "the output". @param {object} shape the run's @param {number} entry */
export function entryWords(shape, entry) {
  if (entry < 0) return "the input";
  const layer = shape.layers[entry];
  return layer.output ? "the output" : `layer ${entry + 1} (${layer.label})`;
}

/** With a capital letter, at the start of a sentence. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** "1,234 parameters", or nothing where there are none. */
export const parameterWords = ({ parameters }) => (parameters ? `${count(parameters)} ${parameters === 1 ? "parameter" : "parameters"}` : "");

/** What is frozen, and how the picture says so: dashed links, and a snowflake at a tile whose numbers all are. */

import { linkLook } from "./links.js";

/** Which of a layer's weights are frozen, [units, inputs] row by row; null where none is. */
export const heldOf = (frame, layer) => frame?.arrays.get(`parameters/frozen.layers.${layer}.weight`)?.data ?? null;

const biasHeld = (frame, layer, unit) => Boolean(frame?.arrays.get(`parameters/frozen.layers.${layer}.bias`)?.data[unit]);

/** How many of a neuron's weights are frozen. */
function count(store, layer, unit) {
  const held = heldOf(store.frame, layer);
  const inputs = held ? held.length / store.shape.layers[layer].units : 0;
  let found = 0;
  for (let input = 0; held && input < inputs; input += 1) found += held[unit * inputs + input];
  return found;
}

/** Whether all of a neuron's weights, and its bias, are frozen. */
export function isFrozen(store, layer, unit) {
  const held = heldOf(store.frame, layer);
  return biasHeld(store.frame, layer, unit) && count(store, layer, unit) === (held?.length ?? NaN) / store.shape.layers[layer].units;
}

/** Whether all weights and biases of a layer are frozen. */
export const isLayerFrozen = (store, layer) => Array.from({ length: store.shape.layers[layer].units }, (_, unit) => unit)
  .every((unit) => isFrozen(store, layer, unit));

/** Whether everything behind a neuron, or a channel, is 0 and frozen. */
export const isCutOff = (store, layer, unit) => Boolean(store.frame?.arrays.get(`parameters/cut.layers.${layer}`)?.data[unit]);

/** What a neuron's name says of it: ", frozen", ", 2 of its weights frozen", ", cut off". */
export function frozenWords(store, layer, unit) {
  if (layer < 0 || !store.frame) return "";
  const some = count(store, layer, unit);
  const words = isFrozen(store, layer, unit) ? ", frozen" : some ? `, ${some} of its weights frozen` : "";
  return words + (isCutOff(store, layer, unit) ? ", cut off" : "");
}

/** How many numbers of the network are frozen. */
export function countFrozen(frame) {
  let found = 0;
  for (const [name, { data }] of frame?.arrays ?? []) {
    if (name.startsWith("parameters/frozen.")) found += data.reduce((sum, held) => sum + held, 0);
  }
  return found;
}

/**
 * The frozen links of a gap, dashed; one that is 0 is drawn faintly, since it says that something was cut.
 * @param {CanvasRenderingContext2D} context @param {object} gap from layout.gapsOf
 * @param {{data: Float32Array, inputs: number}} weights @param {Int32Array} held
 * @param {object|null} focus what is pointed at @param {{neg: string, pos: string, ink3: string}} colours
 */
export function drawHeld(context, gap, { data, inputs }, held, focus, colours) {
  const { from, to, x0, x1 } = gap;
  const middle = (x0 + x1) / 2;
  context.save();
  context.setLineDash([5, 4]);
  to.rows.forEach((y1, unit) => from.rows.forEach((y0, input) => {
    const at = unit * inputs + input;
    if (!held[at]) return;
    const { width, alpha } = linkLook(gap, data[at], focus, unit, input);
    context.lineWidth = Math.max(1.2, width);
    context.globalAlpha = Math.max(0.3, alpha);
    context.strokeStyle = data[at] === 0 ? colours.ink3 : data[at] < 0 ? colours.neg : colours.pos;
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
    context.stroke();
  }));
  context.restore();
}

/** A snowflake at a tile's upper left corner. */
export function drawFrost(context, x, y, size, { panel, ink }) {
  const radius = Math.max(5, Math.min(8, size * 0.15));
  context.save();
  context.translate(x - size / 2 + 1, y - size / 2 + 1);
  context.fillStyle = panel;
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.lineWidth = 1.3;
  context.beginPath();
  for (let arm = 0; arm < 6; arm += 1) {
    const [along, up] = [Math.sin((arm * Math.PI) / 3), Math.cos((arm * Math.PI) / 3)];
    context.moveTo(0, 0);
    context.lineTo(along * radius * 0.68, up * radius * 0.68);
  }
  context.stroke();
  context.restore();
}

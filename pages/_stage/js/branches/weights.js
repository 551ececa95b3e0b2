/** The difference of two networks' weights: every layer as a small matrix, signed, and how long it is in all. */

import { signed } from "../colour.js";
import { fit } from "../dom.js";
import { layerName } from "../names.js";

const PARAMETER = /^parameters\/(?!frozen\.)(.+)$/; // which of them are frozen comes along, and is no weight
const GAP = 5;

/** Arrays of one run by address, weights and biases; empty before they have come. */
function parametersOf(store) {
  return [...store.latest].map(([name, array]) => [PARAMETER.exec(name)?.[1], array]).filter(([address]) => address);
}

/**
 * One network's weights minus another's.
 * @param {object} store @param {object} other stores of the two runs
 * @returns {{blocks: {address: string, rows: number, columns: number, values: Float32Array}[], norm: number,
 *   largest: number, where: string}|null} null where they are not of one form, or have not come yet
 */
export function difference(store, other) {
  const mine = parametersOf(store);
  const theirs = new Map(parametersOf(other));
  if (!mine.length || mine.length !== theirs.size) return null;
  const blocks = [];
  let [sum, largest, where] = [0, 0, ""];
  for (const [address, { data, shape }] of mine) {
    const its = theirs.get(address);
    if (!its || String(its.shape) !== String(shape)) return null;
    const values = new Float32Array(data.length);
    for (let i = 0; i < data.length; i += 1) {
      values[i] = data[i] - its.data[i];
      sum += values[i] ** 2;
      if (Math.abs(values[i]) > largest) [largest, where] = [Math.abs(values[i]), address];
    }
    blocks.push({ address, rows: shape[0] ?? 1, columns: shape.length > 1 ? data.length / shape[0] : 1, values });
  }
  return { blocks, norm: Math.sqrt(sum), largest, where };
}

/** Which layer an address belongs to, in words. @param {object} shape @param {string} address "layers.1.weight" */
export function whereName(shape, address) {
  const layer = Number(/^layers\.(\d+)\./.exec(address)?.[1]);
  return Number.isInteger(layer) && layer < shape.layers.length ? layerName(shape, layer) : "";
}

/**
 * Draw a difference: one matrix for each array of parameters, rows are neurons; the largest has full colour.
 * @param {HTMLCanvasElement} canvas @param {ReturnType<typeof difference>} found @param {"light"|"dark"} theme
 */
export function drawDifference(canvas, found, theme) {
  const { context: g, width, height } = fit(canvas);
  g.clearRect(0, 0, width, height);
  if (!found || !width) return;
  const { blocks, largest } = found;
  const columns = blocks.reduce((all, block) => all + block.columns, 0);
  const wide = Math.max(1, Math.min(9, (width - GAP * (blocks.length - 1)) / columns));
  let x = 0;
  for (const { rows, columns: across, values } of blocks) {
    const high = Math.min(wide * 1.4, height / rows);
    values.forEach((value, i) => {
      g.fillStyle = signed(largest ? value / largest : 0, theme);
      const [left, top] = [x + (i % across) * wide, Math.floor(i / across) * high];
      g.fillRect(left, top, Math.max(0.6, wide - (wide > 4 ? 0.8 : 0)), Math.max(0.6, high - (high > 4 ? 0.8 : 0)));
    });
    x += across * wide + GAP;
  }
}

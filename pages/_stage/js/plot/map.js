/** Paints a quantized map over the plane: smooth, in two hard colours, or by class. */

import { classLut, lut } from "../colour.js";
import { colourFor } from "./marks.js";

/**
 * Enlarges a byte map bilinearly; cell centres are where the values belong.
 * @param {Uint8Array} bytes (size·size), rows from the top
 * @param {number} size @param {number} side wanted pixels a side
 * @returns {Float32Array} (side·side)
 */
export function enlarge(bytes, size, side) {
  const out = new Float32Array(side * side);
  const low = new Int32Array(side);
  const high = new Int32Array(side);
  const share = new Float32Array(side);
  for (let i = 0; i < side; i += 1) {
    const place = Math.max(0, Math.min(size - 1, ((i + 0.5) * size) / side - 0.5));
    low[i] = Math.floor(place);
    high[i] = Math.min(size - 1, low[i] + 1);
    share[i] = place - low[i];
  }
  for (let row = 0; row < side; row += 1) {
    const above = low[row] * size;
    const below = high[row] * size;
    const down = share[row];
    for (let column = 0; column < side; column += 1) {
      const a = low[column];
      const b = high[column];
      const across = share[column];
      const top = bytes[above + a] + (bytes[above + b] - bytes[above + a]) * across;
      const bottom = bytes[below + a] + (bytes[below + b] - bytes[below + a]) * across;
      out[row * side + column] = top + (bottom - top) * down;
    }
  }
  return out;
}

/** Draws maps through one small canvas that is kept between frames. */
export class MapPainter {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: false });
    this.pixels = null;
  }

  _image(side) {
    if (this.canvas.width !== side || !this.pixels) {
      this.canvas.width = side;
      this.canvas.height = side;
      const image = this.context.createImageData(side, side);
      this.pixels = { image, words: new Uint32Array(image.data.buffer) };
    }
    return this.pixels;
  }

  /**
   * @param {CanvasRenderingContext2D} target
   * @param {{data: Uint8Array, shape: number[]}} map (row, column) or (class, row, column)
   * @param {{x: number, y: number, side: number}} box where, in css pixels
   * @param {{theme: string, hard: boolean, ratio: number, colour: string|null}} options `hard`: only which side of
   *   the middle, or which class; `colour`: of the class that an output neuron stands for
   */
  draw(target, map, box, options) {
    const size = map.shape[map.shape.length - 1];
    if (map.shape.length === 3) this._classes(map, size, box, options);
    else if (options.hard) this._hard(map, size, box, options);
    else this._smooth(map, size, options);
    target.imageSmoothingEnabled = true;
    target.drawImage(this.canvas, box.x, box.y, box.side, box.side);
  }

  _smooth(map, size, { theme, colour }) {
    const { image, words } = this._image(size);
    const table = colour ? classLut(colour, theme) : lut(theme);
    for (let i = 0; i < words.length; i += 1) words[i] = table[map.data[i]];
    this.context.putImageData(image, 0, 0);
  }

  // The boundary is found after enlarging: thresholding first would draw it as stairs of 3 pixels.
  _hard(map, size, box, { theme, ratio, colour }) {
    const side = sharp(size, box, ratio);
    const { image, words } = this._image(side);
    const values = enlarge(map.data, size, side);
    const table = colour ? classLut(colour, theme, true) : lut(theme, true);
    for (let i = 0; i < words.length; i += 1) words[i] = values[i] < 127.5 ? table[0] : table[255];
    this.context.putImageData(image, 0, 0);
  }

  // The winner's colour, the paler the less sure it is; hard boundaries are found after enlarging, as above.
  _classes(map, size, box, { theme, hard, ratio }) {
    const [total] = map.shape;
    const area = size * size;
    const side = hard ? sharp(size, box, ratio) : size;
    const { image, words } = this._image(side);
    const layers = Array.from({ length: total }, (_, k) => {
      const bytes = map.data.subarray(k * area, (k + 1) * area);
      return hard ? enlarge(bytes, size, side) : bytes;
    });
    const tables = layers.map((_, k) => classLut(colourFor(total, k, theme), theme));
    for (let i = 0; i < words.length; i += 1) {
      let best = 0;
      for (let k = 1; k < total; k += 1) if (layers[k][i] > layers[best][i]) best = k;
      // 1/total is the least the winner can have: it is drawn neutral, certainty in full colour.
      const share = (layers[best][i] * total - 255) / (total - 1);
      words[i] = tables[best][hard ? 255 : Math.max(0, Math.min(255, Math.round(share)))];
    }
    this.context.putImageData(image, 0, 0);
  }
}

/** Pixels a side at which a boundary looks like a line. */
const sharp = (size, box, ratio) => Math.min(640, Math.max(size, Math.round(box.side * ratio)));

/**
 * Value of a map at a place.
 * @param {{data: Uint8Array, shape: number[], range: number[]}} map
 * @param {number} across @param {number} down shares of the side in [0, 1], from the left and from the top
 * @returns {{value: number, byte: number, winner: number|null}} winner: the class with the largest value, or null
 */
export function valueAt(map, across, down) {
  const size = map.shape[map.shape.length - 1];
  const cell = (share) => Math.max(0, Math.min(size - 1, Math.floor(share * size)));
  const at = cell(down) * size + cell(across);
  let winner = null;
  let byte = map.data[at];
  if (map.shape.length === 3) {
    winner = 0;
    for (let k = 1; k < map.shape[0]; k += 1) {
      if (map.data[k * size * size + at] > byte) {
        winner = k;
        byte = map.data[k * size * size + at];
      }
    }
  }
  const [low, high] = rangeOf(map);
  return { value: low + ((high - low) * byte) / 255, byte, winner };
}

/** A map's (low, high), also where it came as one pair for each unit. @returns {[number, number]} */
export function rangeOf(map) {
  const range = map.range ?? [-1, 1];
  return Array.isArray(range[0]) ? range[0] : range;
}

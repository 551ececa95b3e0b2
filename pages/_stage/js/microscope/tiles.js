/**
 * Tiles and links while a step is walked: what is known has a colour, what is not yet computed is an
 * empty outline. Colours are those of the signed scale everywhere; a gradient has them too, in its own half.
 */

import { packed, signed } from "../colour.js";

const DIM = 0.45; // what the operation is not about
const FLOOR = 0.12; // a link whose product is nearly 0 has still been computed

/** Gradients and changes span orders of magnitude: the root brings small ones to light. */
export const strength = (value, most) => Math.sign(value) * Math.sqrt(Math.min(1, Math.abs(value) / most));

/** The largest size of finite numbers, over several arrays; 1 where all are 0. */
export function largest(arrays) {
  let most = 0;
  for (const array of arrays) for (const value of array) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most || 1;
}

const radiusOf = (size) => Math.max(2.5, size * 0.17);

/** The colour of a value on a tile. @param {"value"|string} kind @param {number} most the scale's end */
export const shade = (value, kind, most, theme) => signed(kind === "value" ? value / most : strength(value, most), theme);

/** Black or white, whichever is easier to read on a colour like "rgb(1,2,3)". */
export function inkOn(colour) {
  const [red, green, blue] = colour.match(/\d+/g).map((part) => (part / 255) ** 2.2);
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#10161e" : "#ffffff";
}

/**
 * One tile. @param {CanvasRenderingContext2D} g
 * @param {{x: number, y: number, size: number, colours: string[], current: boolean}} tile `colours`: none, one, or two halves
 * @param {{panel: string, rim: string, accent: string}} ink
 */
export function drawTile(g, { x, y, size, colours, current }, ink) {
  const [left, top] = [x - size / 2, y - size / 2];
  const outline = () => {
    g.beginPath();
    g.roundRect(left, top, size, size, radiusOf(size));
  };
  if (!colours.length) {
    g.fillStyle = ink.panel;
    outline();
    g.fill();
    g.setLineDash([3, 3]);
    g.strokeStyle = ink.rim;
    g.lineWidth = 1;
    g.globalAlpha = 0.8;
    g.stroke();
    g.setLineDash([]);
    g.globalAlpha = 1;
    return;
  }
  g.save();
  outline();
  g.fillStyle = ink.panel;
  g.fill();
  g.clip();
  g.globalAlpha = current ? 1 : DIM;
  colours.forEach((colour, half) => {
    g.fillStyle = colour;
    g.fillRect(left, top + (size / colours.length) * half, size, size / colours.length);
  });
  g.restore();
  if (colours.length > 1) {
    g.fillStyle = ink.panel;
    g.fillRect(left, y - 0.75, size, 1.5);
  }
  g.strokeStyle = current ? ink.accent : ink.rim;
  g.lineWidth = current ? 2 : 1;
  g.beginPath();
  const out = current ? 2.5 : 0.5;
  g.roundRect(left - out, top - out, size + out * 2, size + out * 2, radiusOf(size) + out);
  g.stroke();
}

/** One number of a bar of many, values on the left and gradients on the right. @param {CanvasRenderingContext2D} g */
export function drawBar(g, { x, y, size, high, colours, current }) {
  g.globalAlpha = current ? 1 : DIM;
  colours.forEach((colour, half) => {
    g.fillStyle = colour;
    g.fillRect(x - size / 2 + (size / colours.length) * half, y - high / 2, size / colours.length, Math.max(1, high));
  });
  g.globalAlpha = 1;
}

/**
 * The links of one gap.
 *
 * @param {import("../network/strip.js").Strip} strip @param {object} gap from layout.gapsOf
 * @param {{values: ArrayLike<number>, most: number}|null} shown null: nothing of them is known yet
 * @param {number} inputs the row's length @param {boolean} current
 * @param {{neg: string, pos: string, panel: string, line: string}} colours
 */
export function drawFlow(strip, gap, shown, inputs, current, colours) {
  strip.clear(packed(colours.panel));
  const { from, to } = gap;
  const scale = Math.min(1, Math.max(0.4, Math.min(from.size, to.size) / 30));
  // Not yet computed first, so that what is lies over it; positive over negative, as the network has it.
  for (const pass of shown ? [-1, 1] : [0]) {
    for (let unit = 0; unit < to.rows.length; unit += 1) {
      for (let input = 0; input < from.rows.length; input += 1) {
        const [y0, y1] = [from.rows[input], to.rows[unit]];
        if (pass === 0) {
          strip.draw(y0, y1, 1, 0.8, packed(colours.line));
          continue;
        }
        const value = shown.values[unit * inputs + input];
        if ((value >= 0) !== (pass === 1)) continue;
        const size = Math.max(FLOOR, Math.abs(strength(value, shown.most)) || 0);
        strip.draw(y0, y1, (0.6 + 4.6 * size) * scale, (0.25 + 0.7 * size) * (current ? 1 : 0.3), packed(pass > 0 ? colours.pos : colours.neg));
      }
    }
  }
}

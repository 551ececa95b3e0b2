/**
 * The links: curves whose width and strength follow |weight| and whose colour is its sign.
 *
 * All links of a gap share their curve's shape, only their ends differ; so the nearest link to a
 * pointer is found without looking at any curve.
 */

import { packed } from "../colour.js";
import { rise } from "./strip.js";

const BINS = 64;
const REACH = 6; // pixels from which a link is hit
const bins = new Uint32Array(BINS);

/** |weight| below which a link is not drawn, so that at most `most` of a gap are: the strongest. */
function threshold(weights, most) {
  if (weights.length <= most) return 0;
  let largest = 0;
  for (let i = 0; i < weights.length; i += 1) largest = Math.max(largest, Math.abs(weights[i]));
  if (!(largest > 0) || !Number.isFinite(largest)) return 0;
  bins.fill(0);
  for (let i = 0; i < weights.length; i += 1) bins[Math.min(BINS - 1, Math.floor((Math.abs(weights[i]) / largest) * BINS))] += 1;
  let bin = BINS - 1;
  for (let seen = bins[bin]; bin > 0 && seen + bins[bin - 1] <= most; bin -= 1) seen += bins[bin - 1];
  return (bin / BINS) * largest;
}

const widthOf = (size, scale) => (0.6 + Math.min(5, size * 2.2)) * scale;
const alphaOf = (size) => 0.13 + 0.77 * Math.min(1, size / 1.4);

function curve(context, gap, y0, y1) {
  const middle = (gap.x0 + gap.x1) / 2;
  context.beginPath();
  context.moveTo(gap.x0, y0);
  context.bezierCurveTo(middle, y0, middle, y1, gap.x1, y1);
  context.stroke();
}

/** Whether a link belongs to what is pointed at, and so is lifted out of the rest. */
function lifted(focus, layer, unit, input) {
  if (focus.link) return focus.link.layer === layer && focus.link.unit === unit && focus.link.input === input;
  if (focus.input !== undefined) return layer === 0 && input === focus.input;
  return (focus.layer === layer && focus.unit === unit) || (focus.layer === layer - 1 && focus.unit === input);
}

const scaleOf = ({ from, to }) => Math.min(1, Math.max(0.4, Math.min(from.size, to.size) / 30));

/** How a link is drawn: {width, alpha}. */
export function linkLook(gap, weight, focus, unit, input) {
  const size = Math.abs(weight);
  const own = focus !== null && lifted(focus, gap.layer, unit, input);
  const alpha = focus === null ? alphaOf(size) : own ? Math.max(0.55, alphaOf(size)) : alphaOf(size) * 0.13;
  return { width: widthOf(size, scaleOf(gap)) + (own ? 0.6 : 0), alpha };
}

/**
 * Draw the links of one gap.
 *
 * @param {Strip} strip the gap's pixels
 * @param {object} gap from layout.gapsOf
 * @param {Float32Array} weights [units, inputs], row by row
 * @param {number} inputs the row's length
 * @param {object|null} focus what is pointed at
 * @param {{neg: string, pos: string, panel: string}} colours
 * @param {Int32Array|null} held those that are frozen are drawn elsewhere
 */
export function drawLinks(strip, gap, weights, inputs, focus, colours, held = null) {
  const { from, to, layer } = gap;
  const least = threshold(weights, gap.most);
  strip.clear(packed(colours.panel));
  // Two rounds, so that positive lies over negative everywhere and no link's place depends on its number.
  for (let sign = 0; sign < 2; sign += 1) {
    const colour = packed(sign ? colours.pos : colours.neg);
    for (let unit = 0; unit < to.rows.length; unit += 1) {
      for (let input = 0; input < from.rows.length; input += 1) {
        const weight = weights[unit * inputs + input];
        if (Number.isNaN(weight)) continue; // in groups nothing lies between the two
        if ((weight >= 0) !== (sign === 1) || held?.[unit * inputs + input]) continue;
        if (Math.abs(weight) < least && !(focus !== null && lifted(focus, layer, unit, input))) continue;
        const { width, alpha } = linkLook(gap, weight, focus, unit, input);
        strip.draw(from.rows[input], to.rows[unit], width, alpha, colour);
      }
    }
  }
}

/** One link drawn over the others, with a halo in the accent colour. */
export function drawChosen(context, gap, { unit, input }, weight, colours) {
  const [y0, y1] = [gap.from.rows[input], gap.to.rows[unit]];
  if (y0 === undefined || y1 === undefined) return;
  context.globalAlpha = 1;
  context.strokeStyle = colours.accent;
  context.lineWidth = widthOf(Math.abs(weight), 1) + 4;
  curve(context, gap, y0, y1);
  context.strokeStyle = colours.panel;
  context.lineWidth = widthOf(Math.abs(weight), 1) + 1.5;
  curve(context, gap, y0, y1);
  context.strokeStyle = weight < 0 ? colours.neg : colours.pos;
  context.lineWidth = widthOf(Math.abs(weight), 1);
  curve(context, gap, y0, y1);
}

/**
 * The link nearest to a point, within reach; strong ones win over weak ones that are as near.
 *
 * @param {object[]} gaps
 * @param {(layer: number) => {data: Float32Array, inputs: number}|null} weightsOf
 * @returns {{layer: number, unit: number, input: number}|null}
 */
export function nearestLink(gaps, weightsOf, x, y) {
  const gap = gaps.find(({ x0, x1 }) => x > x0 && x < x1);
  const weights = gap && weightsOf(gap.layer);
  if (!weights) return null;
  const { share, slope } = rise((x - gap.x0) / (gap.x1 - gap.x0));
  const steep = slope / (gap.x1 - gap.x0);
  const least = threshold(weights.data, gap.most);
  let [best, found] = [REACH, null];
  gap.to.rows.forEach((y1, unit) => gap.from.rows.forEach((y0, input) => {
    const size = Math.abs(weights.data[unit * weights.inputs + input]);
    if (size < least) return;
    const away = Math.abs(y - (y0 + (y1 - y0) * share)) / Math.hypot(1, (y1 - y0) * steep);
    if (away > REACH) return;
    const distance = away - Math.min(1, size) * 1.5;
    if (distance < best) [best, found] = [distance, { layer: gap.layer, unit, input }];
  }));
  return found;
}

/** Where a link has its middle, for its label. */
export const middleOf = (gap, { unit, input }) => [(gap.x0 + gap.x1) / 2, (gap.from.rows[input] + gap.to.rows[unit]) / 2];

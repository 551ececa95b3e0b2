/**
 * Connections without a weight for each pair of neurons: channel by channel, as a ribbon from all to all, or round what
 * lies between. On what is looked at lie its windows of weights.
 */

import { lut } from "../colour.js";
import { rise } from "./strip.js";
import { weightsOf } from "./weights.js";

const NEAR = 0.26; // of the way, where a window lies on its link: there links are still apart
const CORNER = 10;
const LARGEST = 30;

/** Whether every unit of a layer reads only the unit of the same number. */
const alike = ({ reach, from }, source, target) => from.length === 1 && reach?.channels === 1 && source.units === target.units;

/** Where a connection bends: past what it has to go by in its own lane, or before it. */
function bendOf(layout, edge, source, target) {
  const [x1, x2] = [edge.x1 + 3, edge.x2 - 3];
  const start = layout.boxes[edge.source];
  const between = layout.columns.filter(({ depth }) => depth > source.depth && depth < target.depth).map(({ layer }) => layout.boxes[layer]);
  if (!between.length) return [x1, x1, x2, x2];
  const blocked = between.some(({ y, height }) => y < start.y + start.height && y + height > start.y);
  if (blocked) return [x1, x1, Math.min(...between.map(({ x }) => x)) - 3, x2];
  return [x1, Math.max(...between.map(({ x, width }) => x + width)) + 3, x2, x2];
}

function ribbon(g, [x1, from, to, x2], start, end, colour) {
  const middle = (from + to) / 2;
  g.globalAlpha = 0.13;
  g.fillStyle = colour;
  g.beginPath();
  g.moveTo(x1, start.y);
  g.lineTo(from, start.y);
  g.bezierCurveTo(middle, start.y, middle, end.y, to, end.y);
  g.lineTo(x2, end.y);
  g.lineTo(x2, end.y + end.height);
  g.lineTo(to, end.y + end.height);
  g.bezierCurveTo(middle, end.y + end.height, middle, start.y + start.height, from, start.y + start.height);
  g.lineTo(x1, start.y + start.height);
  g.fill();
}

function line(g, x1, y1, x2, y2) {
  const middle = (x1 + x2) / 2;
  g.beginPath();
  g.moveTo(x1, y1);
  g.bezierCurveTo(middle, y1, middle, y2, x2, y2);
  g.stroke();
}

/** From below one box, along under what lies between, up to another. */
function round(g, edge, start, end, colour, strong) {
  const [x1, x2] = [start.x + start.width / 2, end.x + end.width / 2];
  const [y1, y2] = [start.y + start.height + 4, end.y + end.height + 5];
  g.globalAlpha = strong ? 1 : 0.75;
  g.lineWidth = strong ? 2.5 : 1.75;
  g.strokeStyle = g.fillStyle = colour;
  g.beginPath();
  g.moveTo(x1, y1);
  g.lineTo(x1, edge.below - CORNER);
  g.quadraticCurveTo(x1, edge.below, x1 + CORNER, edge.below);
  g.lineTo(x2 - CORNER, edge.below);
  g.quadraticCurveTo(x2, edge.below, x2, edge.below - CORNER);
  g.lineTo(x2, y2 + 4);
  g.stroke();
  g.beginPath();
  g.moveTo(x2, y2 - 1);
  g.lineTo(x2 - 4, y2 + 6);
  g.lineTo(x2 + 4, y2 + 6);
  g.fill();
}

/**
 * @param {CanvasRenderingContext2D} g @param {object} layout @param {object[]} gaps those whose links are drawn one by one
 * @param {{store: object, focus: object|null, colours: object}} look
 */
export function drawWires(g, layout, gaps, { store, focus, colours }) {
  const { layers } = store.shape;
  const column = (index) => layout.columns.find(({ layer }) => layer === index);
  g.save();
  for (const edge of layout.edges) {
    const [start, end] = [layout.boxes[edge.source], layout.boxes[edge.target]];
    const [source, target] = [column(edge.source), column(edge.target)];
    const entry = layers[edge.target];
    if (!entry) continue; // another network has come, and its layout has not yet
    const about = focus && (focus.link?.layer ?? focus.layer) === edge.target;
    if (edge.below) {
      round(g, edge, start, end, about ? colours.accent : colours.ink3, about);
    } else if (alike(entry, source, target)) {
      g.strokeStyle = colours.ink3;
      for (let unit = 0; unit < Math.min(source.rows.length, target.rows.length); unit += 1) {
        const own = focus && !focus.link && ((focus.layer === edge.target && focus.unit === unit) || ((focus.layer ?? -1) === edge.source && (focus.unit ?? focus.input) === unit));
        g.globalAlpha = focus ? (own ? 1 : 0.15) : 0.45;
        g.lineWidth = own ? 2 : 1;
        line(g, edge.x1 + 3, source.rows[unit], edge.x2 - 3, target.rows[unit]);
      }
    } else if (!gaps.some(({ layer }) => layer === edge.target) || !weightsOf(store, edge.target)) {
      ribbon(g, bendOf(layout, edge, source, target), start, end, about ? colours.accent : colours.ink3);
    }
  }
  g.restore();
}

/** The windows of weights through which a unit is read, each on its link. */
export function drawWindows(g, gap, place, { store, theme, colours }) {
  const array = store.frame?.arrays.get(`filters/layers.${gap.layer}.weight`);
  const weights = weightsOf(store, gap.layer);
  if (!weights?.windows || array?.axes?.length !== 4) return;
  const { link } = place;
  const unit = link ? link.unit : place.unit;
  const [units, channels, rows, columns] = array.shape;
  if (unit >= units || rows * columns < 2) return;
  const pitch = gap.from.rows.length > 1 ? (gap.from.rows.at(-1) - gap.from.rows[0]) / (gap.from.rows.length - 1) : LARGEST;
  const size = Math.max(10, Math.min(LARGEST, pitch - 3, (gap.x1 - gap.x0) * 0.55));
  const image = new ImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const sheet = new OffscreenCanvas(columns, rows);
  const table = lut(theme);
  const first = gap.from.rows.findIndex((_, input) => !Number.isNaN(weights.data[unit * weights.inputs + input]));
  const { share } = rise(NEAR);
  g.save();
  g.imageSmoothingEnabled = false;
  for (let channel = 0; channel < channels; channel += 1) {
    const input = first + channel;
    if (gap.from.rows[input] === undefined || (link && link.input !== input)) continue;
    const start = (unit * channels + channel) * rows * columns;
    for (let at = 0; at < rows * columns; at += 1) pixels[at] = table[array.data[start + at]];
    sheet.getContext("2d").putImageData(image, 0, 0);
    const [wide, high] = [size * Math.min(1, columns / rows), size * Math.min(1, rows / columns)];
    const x = gap.x0 + (gap.x1 - gap.x0) * NEAR - wide / 2;
    const y = gap.from.rows[input] + (gap.to.rows[unit] - gap.from.rows[input]) * share - high / 2;
    g.drawImage(sheet, x, y, wide, high);
    g.strokeStyle = colours.panel;
    g.lineWidth = 3;
    g.strokeRect(x - 1, y - 1, wide + 2, high + 2);
    g.strokeStyle = colours.rim;
    g.lineWidth = 1;
    g.strokeRect(x - 0.5, y - 0.5, wide + 1, high + 1);
  }
  g.restore();
}

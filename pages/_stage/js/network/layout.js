/**
 * Where everything in the network's picture is: columns, tiles, plus signs. Pure geometry, in CSS
 * pixels; it knows neither canvas nor DOM.
 *
 * A column is {kind: "inputs" | "layer" | "fold", layer, x, size, rows: y of each shown unit,
 * hidden: units that the fold stands for, foldY}. Layers count like addresses, from 0.
 */

const LARGEST = 44;
const SMALLEST = 14;
const USUAL = 640; // height at which tiles are at most LARGEST; a taller screen gets larger ones
const FEW = 12; // columns with no more neurons share one tile size
const SMALL = 4; // with no more neurons in any column, tiles are larger and stand further apart …
const USUAL_ROWS = 8; // … and with so many they are and stand as ever; between the two it goes over
const GROWN = 1.18; // how much larger at most
const PITCH = 1.43; // from tile to tile, in tiles
const SPREAD = 2.5; // the same in a small network
const WIDEST = 250; // between two columns; further apart, links are hard to follow
const NARROWEST = 58; // a head still fits; past that the picture pans
const TIGHT = 112; // below, the plus signs leave the row of the heads

/** Extra room while a step is walked: beside the output for target and loss, above the columns for what they show. */
const JUDGE = 150;
const CAPTIONS = 18;

const LINKS = 1600; // drawn at once; a screen without a GPU still paints these 30 times a second

/** The largest sizes for a projector, where people sit far away. */
const PROJECTED = 68;

const mix = (a, b, share) => a + (b - a) * share;

/** What is shown of the network when it is deeper or wider than the picture's limits. */
function plan(shape, limits) {
  const hidden = shape.layers.filter((layer) => !layer.output).length;
  const columns = [{ kind: "inputs", layer: -1, units: shape.inputs.length }];
  const shown = hidden > limits.picture_layers ? limits.picture_layers - 1 : hidden;
  shape.layers.forEach((layer, at) => {
    if (layer.output || at < shown) columns.push({ kind: "layer", layer: at, units: layer.units, output: Boolean(layer.output) });
    else if (at === shown) columns.push({ kind: "fold", layer: at, units: 0, layers: hidden - shown });
  });
  return columns;
}

/** Tile size and pitch (at most `widest`) for `count` tiles in `room` pixels; even sizes keep rims on whole pixels. */
function pitchOf(count, room, largest, widest) {
  const pitch = Math.min(room / Math.max(1, count), widest);
  const size = Math.max(SMALLEST, Math.min(largest, pitch * 0.76));
  return { size: 2 * Math.floor(Math.min(size, Math.max(10, pitch - 1)) / 2), pitch };
}

/**
 * Lay the network out.
 *
 * @param {object} shape the run's shape
 * @param {{picture_layers: number, picture_units: number}} limits
 * @param {{width: number, height: number, phone: boolean, projector: boolean, foot: number, walking: boolean}} box
 * @returns {{columns: object[], plusses: object[], width: number, height: number, headY: number, judge: number, walking: boolean}}
 *   judge: the width of what is right of the last column while a step is walked; walking: whether one is
 */
export function layOut(shape, limits, { width, height, phone, projector, foot, walking }) {
  const columns = plan(shape, limits);
  const left = phone ? 34 : projector ? 92 : 74;
  const right = walking ? JUDGE * (projector ? 1.3 : 1) : phone ? 34 : 48;
  const gaps = Math.max(1, columns.length - 1);
  const roomy = Math.min(1.4, Math.max(1, height / USUAL));
  const most = Math.max(...columns.map(({ units }) => units));
  const small = phone ? 0 : Math.max(0, Math.min(1, (USUAL_ROWS - most) / (USUAL_ROWS - SMALL)));
  const apart = WIDEST * (projector ? 1.4 : mix(1, roomy, small));
  const spacing = Math.max(phone ? NARROWEST + 4 : NARROWEST, Math.min(apart, (width - left - right) / gaps));
  const whole = Math.max(width, left + right + spacing * gaps);
  const start = left + Math.max(0, (whole - left - right - spacing * gaps) / 2);
  const tight = spacing < TIGHT;
  const top = walking ? (phone ? 62 : 76) + CAPTIONS : phone ? 62 : tight ? 98 : 76; // no plus signs then
  const room = height - top - foot;
  const usual = projector ? PROJECTED : LARGEST * roomy * mix(1, GROWN, small);
  const largest = Math.min(usual, Math.max(26, spacing * 0.48));
  const widest = largest * mix(PITCH, SPREAD, small);

  columns.forEach((column, at) => {
    const drawn = limits.picture_units;
    const count = column.units > drawn ? drawn - 1 : column.units;
    column.hidden = column.units - count;
    column.x = Math.round(start + spacing * at);
    const { size, pitch } = pitchOf(count + (column.hidden ? 1 : 0), room, largest, widest);
    column.size = size;
    const middle = top + room / 2;
    const tall = count + (column.hidden ? 1 : 0);
    column.rows = Array.from({ length: count }, (_, row) => Math.round(middle + (row - (tall - 1) / 2) * pitch));
    column.foldY = Math.round(middle + (tall - 1 - (tall - 1) / 2) * pitch);
    column.middle = Math.round(middle);
  });

  const few = columns.filter((column) => column.units && column.units <= FEW);
  const shared = Math.min(...few.map((column) => column.size));
  for (const column of few) column.size = shared;

  const plusses = columns.slice(1).filter((column) => column.kind === "layer").map((column) => {
    const before = columns[columns.indexOf(column) - 1];
    return { index: column.layer, x: Math.round((before.x + column.x) / 2), y: phone ? 28 : tight ? 76 : 45 };
  });
  return { columns, plusses, width: whole, height, spacing, tight, judge: right, walking: Boolean(walking) };
}

/** Pairs of columns with links between them, each with the layer that owns the weights. */
export function gapsOf(layout) {
  const gaps = [];
  for (let at = 1; at < layout.columns.length; at += 1) {
    const [from, to] = [layout.columns[at - 1], layout.columns[at]];
    if (from.kind === "fold" || to.kind === "fold" || to.layer !== from.layer + 1) continue;
    gaps.push({ layer: to.layer, from, to, x0: from.x + from.size / 2 + 2, x1: to.x - to.size / 2 - 2 });
  }
  for (const gap of gaps) gap.most = Math.max(128, Math.round(LINKS / gaps.length));
  return gaps;
}

/**
 * A layout on its way from one to another, for a change that eases. What is new is at its place at once.
 *
 * @param {object} from @param {object} to
 * @param {number} share 0 … 1
 */
export function blend(from, to, share) {
  const columns = to.columns.map((column, at) => {
    const last = column.output ? from.columns.at(-1) : from.columns[at];
    if (!last || last.kind !== column.kind) return column;
    return {
      ...column,
      x: mix(last.x, column.x, share),
      size: Math.round(mix(last.size, column.size, share)),
      rows: column.rows.map((y, row) => (row in last.rows ? mix(last.rows[row], y, share) : y)),
    };
  });
  return { ...to, columns };
}

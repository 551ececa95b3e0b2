/**
 * Where everything in the network's picture is: columns, tiles, plus signs. Pure geometry, in CSS
 * pixels; it knows neither canvas nor DOM.
 *
 * A column is one entry: {kind: "inputs" | "layer" | "fold", layer, x, size, rows and xs: y and x of each shown unit,
 * hidden: units that the fold stands for, foldY, picture: [rows, columns] where each unit is a picture, bar: whether it
 * is a column of numbers, wide: whether its tiles may stand side by side}. Layers count like addresses, from 0. What stands where is told by the shapes of values.
 */

import { bandsOf, hasPictures, isChain, placed } from "./graph.js";

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

/** Pictures: a map may be larger than a neuron, several stand side by side, and what goes round lies below. */
const LARGEST_MAP = 76;
const PICTURE = 96; // the picture that comes in
const FILL = 0.7; // of the room between two columns that the tiles may take
const BAND = 70; // for the head of an entry that stands below another
const ROUND = 15; // for each level of connections that go round
const BAR = 16; // width of a column of numbers that only hand on

/** What is shown of the network: every entry; of a chain of neurons that is deeper than the picture's limit the first. */
function plan(shape, limits) {
  const pictures = hasPictures(shape);
  const folds = !pictures && isChain(shape);
  const hidden = shape.layers.filter((layer) => !layer.output).length;
  const inputs = shape.shape.length === 3 ? shape.shape[0] : shape.inputs.length;
  const columns = [{ kind: "inputs", layer: -1, units: inputs, picture: shape.shape.length === 3 ? shape.shape.slice(1) : null }];
  const shown = folds && hidden > limits.picture_layers ? limits.picture_layers - 1 : hidden;
  shape.layers.forEach((layer, at) => {
    const answer = layer.output && shape.output.picture.length ? shape.output.picture : layer.shape;
    const picture = answer.length === 3 ? answer.slice(1) : null;
    const units = picture ? answer[0] : layer.units;
    const wide = pictures && !picture && !layer.output && units > FEW;
    const bar = pictures && !picture && !layer.has_activation && units > limits.picture_units / 2;
    if (layer.output || at < shown) columns.push({ kind: "layer", layer: at, units, output: Boolean(layer.output), picture, bar, wide });
    else if (at === shown) columns.push({ kind: "fold", layer: at, units: 0, layers: hidden - shown, picture: null });
  });
  return columns;
}

/** Tile size and pitch (at most `widest`) for `count` tiles in `room` pixels; even sizes keep rims on whole pixels. */
function pitchOf(count, room, largest, widest) {
  const pitch = Math.min(room / Math.max(1, count), widest);
  const size = Math.max(SMALLEST, Math.min(largest, pitch * 0.76));
  return { size: 2 * Math.floor(Math.min(size, Math.max(10, pitch - 1)) / 2), pitch };
}

/** Maps side by side: how many in a row, their size and how far apart, so that they are as large as they can be. */
function gridOf(count, room, width, largest) {
  let best = null;
  for (let across = 1; across <= 4; across += 1) {
    const rows = Math.ceil(count / across);
    const size = 2 * Math.floor(Math.min(largest, (room / rows) * 0.86, width / across - 5) / 2);
    if (!best || size > best.size * 1.12) best = { across, rows, size };
  }
  best.size = Math.max(8, best.size);
  best.pitch = Math.min(best.size * 1.5 + 4, Math.max(best.size + 1, room / best.rows));
  return best;
}

/** Where a graph's entries stand: {depth, top, room} of each column, and the connections that go round. */
function standing(columns, shape, top, room) {
  if (columns.some(({ kind }) => kind === "fold")) {
    columns.forEach((column, depth) => Object.assign(column, { depth, top, room, band: 0 }));
    return { rounds: [], depths: columns.length };
  }
  const { places, rounds, lanes } = placed(shape.layers);
  const levels = levelsOf(rounds, places);
  const bands = bandsOf(lanes);
  const free = room - ROUND * levels;
  columns.forEach((column) => {
    const { depth, lane } = places[column.layer + 1];
    const { count, rank } = bands[depth];
    const band = rank.get(lane);
    const high = (free - BAND * (count - 1)) / count;
    Object.assign(column, { depth, band, top: top + band * (high + BAND), room: high });
  });
  return { rounds, depths: lanes.length, low: top + free };
}

/** Gives every connection that goes round a level of its own where several pass; the number of levels. */
function levelsOf(rounds, places) {
  let most = 0;
  rounds.forEach((round, at) => {
    const [first, last] = [places[round.source + 1].depth, places[round.target + 1].depth];
    const others = rounds.slice(0, at).filter(({ source, target }) => places[source + 1].depth < last && places[target + 1].depth > first);
    round.level = 0;
    while (others.some(({ level }) => level === round.level)) round.level += 1;
    most = Math.max(most, round.level + 1);
  });
  return most;
}

/**
 * Lay the network out.
 *
 * @param {object} shape the run's shape
 * @param {{picture_layers: number, picture_units: number}} limits
 * @param {{width: number, height: number, phone: boolean, projector: boolean, foot: number, walking: boolean}} box
 * @returns {{columns: object[], plusses: object[], boxes: object, edges: object[], width: number, height: number, judge: number, walking: boolean}}
 *   columns: one for each entry shown, the tile of unit i having its middle at (xs[i], rows[i]); boxes: by the entry's index, −1 the input,
 *   what its tiles take up; edges: where each connection begins and ends, `level` if it goes round below; judge: the
 *   width of what is right of the last column while a step is walked; walking: whether one is
 */
export function layOut(shape, limits, { width, height, phone, projector, foot, walking }) {
  const columns = plan(shape, limits);
  const tops = (tight) => (walking ? (phone ? 62 : 76) + CAPTIONS : phone ? 62 : tight ? 98 : 76); // no plus signs then
  const { depths } = standing(columns, shape, 0, 0);
  const pictured = columns[0].picture !== null;
  const left = pictured ? (phone ? 40 : 62) : phone ? 34 : projector ? 92 : 74;
  const right = walking ? JUDGE * (projector ? 1.3 : 1) : phone ? 34 : 48;
  const gaps = Math.max(1, depths - 1);
  const roomy = Math.min(1.4, Math.max(1, height / USUAL));
  const most = Math.max(...columns.map(({ units }) => units));
  const small = phone ? 0 : Math.max(0, Math.min(1, (USUAL_ROWS - most) / (USUAL_ROWS - SMALL)));
  const apart = WIDEST * (projector ? 1.4 : mix(1, roomy, small));
  const spacing = Math.max(phone ? NARROWEST + 4 : NARROWEST, Math.min(apart, (width - left - right) / gaps));
  const whole = Math.max(width, left + right + spacing * gaps);
  const start = left + Math.max(0, (whole - left - right - spacing * gaps) / 2);
  const tight = spacing < TIGHT;
  const top = tops(tight);
  const room = height - top - foot;
  const usual = projector ? PROJECTED : LARGEST * roomy * mix(1, GROWN, small);
  const largest = Math.min(usual, Math.max(26, spacing * 0.48));
  const widest = largest * mix(PITCH, SPREAD, small);
  const { rounds, low } = standing(columns, shape, top, room);

  for (const column of columns) {
    const drawn = limits.picture_units;
    const count = column.bar ? column.units : column.units > drawn ? drawn - 1 : column.units;
    column.hidden = column.units - count;
    column.x = Math.round(start + spacing * column.depth);
    column.middle = Math.round(column.top + column.room / 2);
    column.headTop = column.band ? Math.round(column.top - BAND + 14) : null;
    fill(column, count, { spacing, largest, widest, tallest: LARGEST_MAP * roomy * (projector ? 1.3 : 1) });
  }

  const few = columns.filter((column) => column.units && column.units <= FEW && !column.picture && !column.bar);
  const shared = Math.min(...few.map((column) => column.size));
  for (const column of few) column.size = shared;

  const boxes = Object.fromEntries(columns.map((column) => [column.layer, boxOf(column)]));
  const edges = edgesOf(columns, shape, boxes, rounds, low);
  const plusses = columns.slice(1).filter((column) => column.kind === "layer").map((column) => {
    const before = columns.find(({ layer }) => layer === (shape.layers[column.layer].from[0] ?? -1)) ?? columns[columns.indexOf(column) - 1];
    return { index: column.layer, x: Math.round((before.x + column.x) / 2), y: column.headTop ? column.headTop + 14 : phone ? 28 : tight ? 76 : 45 };
  });
  return { columns, plusses, boxes, edges, width: whole, height, spacing, tight, judge: right, walking: Boolean(walking) };
}

/** The tiles of one column: their size, and the middle of each. */
function fill(column, count, { spacing, largest, widest, tallest }) {
  const { x, middle, room } = column;
  if (column.bar) {
    const pitch = Math.min(12, (room - 8) / Math.max(1, count));
    Object.assign(column, { size: BAR, pitch });
    column.rows = Array.from({ length: count }, (_, row) => middle + (row - (count - 1) / 2) * pitch);
    column.xs = column.rows.map(() => x);
    return;
  }
  const tall = count + (column.hidden ? 1 : 0);
  if (!column.picture && !column.wide) {
    const { size, pitch } = pitchOf(tall, room, largest, widest);
    column.size = size;
    column.rows = Array.from({ length: count }, (_, row) => Math.round(middle + (row - (tall - 1) / 2) * pitch));
    column.xs = column.rows.map(() => x);
    column.foldY = Math.round(middle + ((tall - 1) / 2) * pitch);
    return;
  }
  // In colour the picture itself stands above its channels.
  const whole = column.kind === "inputs" && count === 3 ? Math.min(PICTURE, spacing * 0.8, room * 0.3) : 0;
  const most = column.kind === "inputs" && count === 1 ? Math.min(PICTURE, spacing * 0.8) : tallest;
  const { across, rows, size, pitch } = gridOf(count, room - (column.hidden ? 16 : 0) - whole, spacing * FILL, Math.min(most, whole ? whole * 0.6 : most));
  const high = rows * pitch + (whole ? whole + 10 : 0);
  const first = middle - high / 2 + (whole ? whole + 10 : 0) + pitch / 2;
  Object.assign(column, { size, across, whole: whole ? { y: Math.round(middle - high / 2 + whole / 2), size: 2 * Math.floor(whole / 2) } : null });
  column.rows = Array.from({ length: count }, (_, unit) => Math.round(first + Math.floor(unit / across) * pitch));
  column.xs = column.rows.map((_, unit) => Math.round(x + ((unit % across) - (Math.min(across, count) - 1) / 2) * (size + 5)));
  column.foldY = Math.round(first + (rows - 0.5) * pitch + 9);
}

/** What an entry's tiles take up. */
function boxOf({ x, xs = [], rows, size, middle, bar, pitch, whole }) {
  if (!rows.length) return { x: x - 8, y: middle - 8, width: 16, height: 16 };
  const [wide, high] = bar ? [size, pitch] : [size, size];
  const [left, right] = [Math.min(...xs) - wide / 2, Math.max(...xs) + wide / 2];
  const [upper, lower] = [Math.min(...rows) - high / 2, Math.max(...rows) + high / 2];
  const over = whole ? whole.y - whole.size / 2 : upper;
  const aside = whole ? Math.min(left, x - whole.size / 2) : left;
  return { x: aside, y: Math.min(over, upper), width: Math.max(right, whole ? x + whole.size / 2 : right) - aside, height: lower - Math.min(over, upper) };
}

/** Every connection: from the right of one box to the left of another. */
function edgesOf(columns, shape, boxes, rounds, low) {
  if (columns.some(({ kind }) => kind === "fold")) return [];
  return shape.layers.flatMap(({ from }, target) => from.map((source, port) => {
    const [start, end] = [boxes[source], boxes[target]];
    const round = rounds.find((each) => each.source === source && each.target === target);
    return {
      source, target, port, x1: start.x + start.width, y1: start.y + start.height / 2, x2: end.x, y2: end.y + end.height / 2,
      ...(round ? { below: low + ROUND * (round.level + 0.6), level: round.level } : {}),
    };
  }));
}

const rightOf = ({ x, xs, size }) => Math.max(x, ...xs) + size / 2;
const leftOf = ({ x, xs, size }) => Math.min(x, ...xs) - size / 2;

/**
 * Pairs of columns next to one another with links between them, each with the layer that owns the weights. `alone`:
 * no other pair lies over or under it.
 * @param {object} layout @param {object[]} [layers] those of the run's shape, whose `from` says what each reads
 */
export function gapsOf(layout, layers) {
  const gaps = [];
  for (let at = 1; at < layout.columns.length; at += 1) {
    const to = layout.columns[at];
    const sources = layers ? layers[to.layer]?.from ?? [] : [to.layer - 1];
    const from = layout.columns.find(({ kind, layer }) => kind !== "fold" && layer === sources[0]);
    const whole = layers && to.units !== layers[to.layer]?.units; // an answer that is one picture
    if (!from || to.kind === "fold" || whole || sources.length > 1 || to.depth - from.depth > 1) continue;
    gaps.push({ layer: to.layer, from, to, x0: rightOf(from) + 2, x1: leftOf(to) - 2 });
  }
  for (const gap of gaps) {
    gap.most = Math.max(128, Math.round(LINKS / gaps.length));
    gap.alone = gaps.every((other) => other === gap || other.x0 >= gap.x1 || other.x1 <= gap.x0);
  }
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
      xs: column.xs.map((x, row) => (last.xs && row in last.xs ? mix(last.xs[row], x, share) : x)),
    };
  });
  return { ...to, columns };
}

/** Curves over training: scales, thinned lines, and the row under the pointer. Rows are those of the history. */

import { roundTicks, tickText, valueScale } from "./axes.js";

/**
 * What can be plotted: one quantity with a train and a test column.
 * @param {string[]} columns of the history
 * @returns {{id: string, label: string, train: number, test: number}[]} column numbers, −1 where there is none
 */
export function quantities(columns) {
  const known = [["loss", "Loss"], ["accuracy", "Accuracy"], ["error", "Error"]];
  return known.map(([id, label]) => ({ id, label, train: columns.indexOf(`train_${id}`), test: columns.indexOf(`test_${id}`) }))
    .filter((entry) => entry.train >= 0 || entry.test >= 0);
}

/** Smallest and largest finite value of some columns. */
function extremes(history, wanted) {
  const { rows, columns, length } = history;
  const wide = columns.length;
  let low = Infinity;
  let least = Infinity;
  let high = -Infinity;
  for (const column of wanted) {
    for (let i = 0; i < length; i += 1) {
      const value = rows[i * wide + column];
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      if (value > 0 && value < least) least = value;
    }
  }
  return { low, high, least };
}

/**
 * Draws a quantity's curves and axes.
 * @param {{context: CanvasRenderingContext2D, width: number, height: number}} room from `fit`
 * @param {object} history {columns, rows, length}
 * @param {object} quantity from `quantities`
 * @param {{log: boolean, tokens: object, hover: number|null}} options hover: row number or null
 * @returns {{rowAt: (x: number) => number, xOf: (row: number) => number}|null} null where there is nothing to draw
 */
export function drawCurve(room, history, quantity, { log, tokens, hover }) {
  const { context: g, width, height } = room;
  g.clearRect(0, 0, width, height);
  const wanted = [quantity.train, quantity.test].filter((column) => column >= 0);
  const { low, high, least } = history.length ? extremes(history, wanted) : { low: 0, high: 1, least: 0.01 };
  const any = Number.isFinite(high);
  const share = quantity.id === "accuracy";
  const scale = valueScale(any ? (log && !share ? least : low) : 0, any ? high : 1,
    { log: log && !share && Number.isFinite(least), top: share ? 1 : undefined, about: Math.min(7, Math.max(2, Math.floor(height / 26))) });
  g.font = `11px ${tokens.font}`;
  const left = 8 + Math.max(20, ...scale.ticks.map((tick) => g.measureText(tick.text).width));
  const box = { left, top: 6, right: width - 8, bottom: height - 18 };
  const at = columnReader(history);
  // A single row is a point in time: the axis then runs up to the next whole epoch.
  const last = history.length ? at.epoch(history.length - 1) : 0;
  const start = history.length > 1 ? at.epoch(0) : 0;
  const end = last > start ? last : Math.floor(last) + 1;
  const x = (epoch) => box.left + ((epoch - start) / (end - start)) * (box.right - box.left);
  const y = (value) => box.bottom - scale.at(value) * (box.bottom - box.top);
  drawAxes(g, box, scale, { start, end, x, y, tokens });
  if (!history.length) return null;
  g.save();
  g.beginPath();
  g.rect(box.left, 0, box.right - box.left + 4, box.bottom + 2);
  g.clip();
  const line = (column, colour, wide) => {
    if (column >= 0) drawLine(g, history, column, { x, y, colour, wide, box, epochs: at.epoch });
  };
  line(quantity.train, tokens.ink3, 1.5);
  line(quantity.test, tokens.ink, 1.8);
  g.restore();
  if (hover !== null && hover < history.length) drawHover(g, history, quantity, hover, { x, y, box, tokens, at });
  return { rowAt: (px) => nearestRow(history, at, start + ((px - box.left) / (box.right - box.left)) * (end - start)), xOf: (row) => x(at.epoch(row)), box };
}

/** Reads a row's cells by name. */
export function columnReader(history) {
  const wide = history.columns.length;
  const epoch = history.columns.indexOf("epoch");
  const step = history.columns.indexOf("step");
  return {
    epoch: (row) => history.rows[row * wide + epoch],
    step: (row) => history.rows[row * wide + step],
    cell: (row, column) => (column >= 0 ? history.rows[row * wide + column] : NaN),
  };
}

// Rows are in order of time, so the nearest is found by halving.
function nearestRow(history, at, epoch) {
  let low = 0;
  let high = history.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at.epoch(middle) < epoch) low = middle;
    else high = middle;
  }
  return Math.abs(at.epoch(low) - epoch) <= Math.abs(at.epoch(high) - epoch) ? low : high;
}

function drawAxes(g, box, scale, { start, end, x, y, tokens }) {
  g.lineWidth = 1;
  g.fillStyle = tokens.ink2;
  g.textBaseline = "middle";
  g.textAlign = "right";
  g.strokeStyle = tokens.line;
  g.beginPath();
  for (const tick of scale.ticks) {
    const place = Math.round(y(tick.value)) + 0.5;
    g.moveTo(box.left, place);
    g.lineTo(box.right, place);
    g.fillText(tick.text, box.left - 6, place);
  }
  g.stroke();
  g.strokeStyle = tokens.ink3;
  g.beginPath();
  g.moveTo(box.left, box.bottom + 0.5);
  g.lineTo(box.right, box.bottom + 0.5);
  g.textBaseline = "alphabetic";
  g.textAlign = "right";
  const word = "epoch";
  g.font = `600 11px ${tokens.font}`;
  g.fillText(word, box.right + 4, box.bottom + 14);
  const free = box.right - g.measureText(word).width - 4;
  g.font = `11px ${tokens.font}`;
  g.textAlign = "center";
  const { values, step } = roundTicks(start, end, Math.max(2, Math.floor((box.right - box.left) / 58)));
  for (const value of values) {
    const text = tickText(value, step);
    const place = Math.round(x(value)) + 0.5;
    g.moveTo(place, box.bottom + 1);
    g.lineTo(place, box.bottom + 4);
    if (place + g.measureText(text).width / 2 < free) g.fillText(text, place, box.bottom + 14);
  }
  g.stroke();
}

/**
 * One curve. Where several rows fall on one pixel, only their first, lowest, highest and last are drawn:
 * the picture is the same and a hundred thousand rows stay cheap. Rows that are not finite leave a gap.
 */
function drawLine(g, history, column, { x, y, colour, wide, epochs }) {
  const width = history.columns.length;
  const { rows, length } = history;
  g.strokeStyle = colour;
  g.lineWidth = wide;
  g.lineJoin = "round";
  g.lineCap = "round";
  g.beginPath();
  let pixel = null;
  let pen = false;
  let bucket = null;
  const flush = () => {
    if (!bucket) return;
    const place = bucket.x;
    for (const value of bucket.last === bucket.first && bucket.low === bucket.high ? [bucket.first]
      : [bucket.first, bucket.low, bucket.high, bucket.last]) {
      if (pen) g.lineTo(place, y(value));
      else g.moveTo(place, y(value));
      pen = true;
    }
    bucket = null;
  };
  for (let i = 0; i < length; i += 1) {
    const value = rows[i * width + column];
    if (!Number.isFinite(value)) {
      flush();
      pen = false;
      pixel = null;
      continue;
    }
    const place = x(epochs(i));
    const now = Math.floor(place * 2);
    if (now !== pixel) {
      flush();
      bucket = { x: place, first: value, low: value, high: value, last: value };
      pixel = now;
    } else {
      if (value < bucket.low) bucket.low = value;
      if (value > bucket.high) bucket.high = value;
      bucket.last = value;
    }
  }
  flush();
  g.stroke();
}

function drawHover(g, history, quantity, row, { x, y, box, tokens, at }) {
  const place = Math.round(x(at.epoch(row))) + 0.5;
  g.strokeStyle = tokens.accent;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(place, box.top);
  g.lineTo(place, box.bottom);
  g.stroke();
  for (const [column, colour] of [[quantity.train, tokens.ink3], [quantity.test, tokens.ink]]) {
    const value = at.cell(row, column);
    if (!Number.isFinite(value)) continue;
    g.fillStyle = colour;
    g.strokeStyle = tokens.panel;
    g.lineWidth = 1.5;
    g.beginPath();
    g.arc(place, y(value), 3.6, 0, 2 * Math.PI);
    g.fill();
    g.stroke();
  }
}

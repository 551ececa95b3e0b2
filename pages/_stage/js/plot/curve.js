/** Curves over training: scales, thinned lines, and the row under the pointer. Rows are those of the history. */

import { OTHER_LOOKS } from "./others.js";
import { roundTicks, tickText, valueScale } from "./axes.js";

/** Smallest and largest finite value of some columns. */
export function extremes(history, wanted) {
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

const LOOK = {
  train: { tone: "ink3", wide: 1.5, dash: [] }, validation: { tone: "accent", wide: 1.5, dash: [5, 3] },
  test: { tone: "ink", wide: 1.8, dash: [] }, ...OTHER_LOOKS,
};
const TITLE = 14;

/**
 * Where so many charts go: below one another where there is height for it, else side by side.
 * @param {{width: number, height: number}} room @param {number} number
 * @returns {{x: number, y: number, width: number, height: number}[]}
 */
export function layOut({ width, height }, number) {
  const across = height < 90 * number;
  const [wide, high] = across ? [width / number, height] : [width, height / number];
  return Array.from({ length: number }, (_, i) => (
    { x: across ? i * wide : 0, y: across ? 0 : i * high, width: wide, height: high }));
}

/**
 * Draws one chart's curves and axes into a part of a canvas.
 * @param {CanvasRenderingContext2D} g
 * @param {{x: number, y: number, width: number, height: number}} area
 * @param {object} history {columns, rows, length}
 * @param {import("./quantities.js").Panel} panel
 * @param {{log: boolean, tokens: object, hover: number|null, titled?: boolean, now?: number|null}} options hover: row
 *   number or null; now: the epoch on screen, where the run was taken back on its timeline
 * @returns {{rowAt: (x: number) => number, xOf: (row: number) => number, yOf: (value: number) => number, holds: (x: number, y: number) => boolean}|null}
 *   null where there is nothing to draw
 */
export function drawCurve(g, area, history, panel, { log, tokens, hover, titled = false, now = null }) {
  const { low, high, least } = history.length ? extremes(history, panel.lines.map((line) => line.column))
    : { low: 0, high: 1, least: 0.01 };
  const any = Number.isFinite(high);
  const logarithmic = log && panel.log && Number.isFinite(least);
  const top = titled ? TITLE + 6 : 6;
  const scale = valueScale(any ? (logarithmic ? least : low) : 0, any ? high : 1,
    { log: logarithmic, top: panel.top, about: Math.min(7, Math.max(2, Math.floor((area.height - top) / 26))) });
  g.font = `11px ${tokens.font}`;
  const left = 8 + Math.max(20, ...scale.ticks.map((tick) => g.measureText(tick.text).width));
  const [right, bottom] = [area.x + area.width - 8, area.y + area.height - 18];
  const box = { left: area.x + left, top: area.y + top, right, bottom };
  const at = columnReader(history);
  // A single row is a point in time: the axis then runs up to the next whole epoch.
  const last = history.length ? at.epoch(history.length - 1) : 0;
  const start = history.length > 1 ? at.epoch(0) : 0;
  const end = last > start ? last : Math.floor(last) + 1;
  const x = (epoch) => box.left + ((epoch - start) / (end - start)) * (box.right - box.left);
  const y = (value) => box.bottom - scale.at(value) * (box.bottom - box.top);
  if (titled) {
    g.font = `600 11.5px ${tokens.font}`;
    g.fillStyle = tokens.ink2;
    g.textAlign = "left";
    g.textBaseline = "alphabetic";
    g.fillText(panel.label, area.x + 2, area.y + 10);
    g.font = `11px ${tokens.font}`;
  }
  drawAxes(g, box, scale, { start, end, x, y, tokens });
  if (!history.length) return null;
  g.save();
  g.beginPath();
  g.rect(box.left, area.y, box.right - box.left + 4, box.bottom + 2 - area.y);
  g.clip();
  for (const { column, style } of panel.lines) {
    const { tone, colour = tokens[tone], wide, dash } = LOOK[style];
    g.setLineDash(dash);
    drawLine(g, history, column, { x, y, colour, wide, epochs: at.epoch });
  }
  if (now !== null) drawNow(g, box, x(now), tokens);
  g.restore();
  if (hover !== null && hover < history.length) drawHover(g, panel, hover, { x, y, box, tokens, at });
  return {
    rowAt: (px) => nearestRow(history, at, start + ((px - box.left) / (box.right - box.left)) * (end - start)),
    xOf: (row) => x(at.epoch(row)),
    yOf: y,
    holds: (px, py) => px >= area.x && px < area.x + area.width && py >= area.y && py < area.y + area.height,
  };
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

/** The epoch, with its fraction, of a step: between two rows it is in proportion. @param {object} history @param {number} step */
export function timeOf(history, step) {
  const read = columnReader(history);
  let [low, high] = [0, history.length - 1];
  if (high < 1) return 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (read.step(middle) <= step) low = middle;
    else high = middle;
  }
  const share = (step - read.step(low)) / Math.max(1, read.step(high) - read.step(low));
  return read.epoch(low) + share * (read.epoch(high) - read.epoch(low));
}

// Rows are in order of time, so the nearest is found by halving.
export function nearestRow(history, at, epoch) {
  let low = 0;
  let high = history.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at.epoch(middle) < epoch) low = middle;
    else high = middle;
  }
  return Math.abs(at.epoch(low) - epoch) <= Math.abs(at.epoch(high) - epoch) ? low : high;
}

export function drawAxes(g, box, scale, { start, end, x, y, tokens }) {
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
export function drawLine(g, history, column, { x, y, colour, wide, epochs }) {
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

// What lies ahead of the moment on screen is lighter, as on the timeline.
function drawNow(g, box, x, tokens) {
  g.globalAlpha = 0.62;
  g.fillStyle = tokens.panel;
  g.fillRect(x, box.top - 6, box.right + 4 - x, box.bottom - box.top + 6);
  g.globalAlpha = 1;
  g.strokeStyle = tokens.accent;
  g.lineWidth = 1.5;
  g.setLineDash([]);
  g.beginPath();
  g.moveTo(x, box.top);
  g.lineTo(x, box.bottom);
  g.stroke();
}

function drawHover(g, panel, row, { x, y, box, tokens, at }) {
  const place = Math.round(x(at.epoch(row))) + 0.5;
  g.strokeStyle = tokens.accent;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(place, box.top);
  g.lineTo(place, box.bottom);
  g.stroke();
  for (const { column, style } of panel.lines) {
    const value = at.cell(row, column);
    if (!Number.isFinite(value)) continue;
    g.fillStyle = LOOK[style].colour ?? tokens[LOOK[style].tone];
    g.strokeStyle = tokens.panel;
    g.lineWidth = 1.5;
    g.beginPath();
    g.arc(place, y(value), 3.6, 0, 2 * Math.PI);
    g.fill();
    g.stroke();
  }
}

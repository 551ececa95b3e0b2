/**
 * Small multiples of a network's layers: a row for each layer, a column for each of weights, gradients and
 * activations. A column has one scale for all layers, so that they compare at a glance.
 */

import { ENDS } from "../colour.js";
import { logText, tickText } from "./axes.js";

/** The order of the probe's arrays, as `dlcore.training.distributions` has it. */
const QUANTITIES = ["weights", "biases", "gradients", "activations"];
const STATISTICS = ["count", "mean", "deviation", "size", "low", "high", "zero", "flat"];
const COLUMNS = ["weights", "gradients", "activations"];

const HEAD = 14;
const FOOT = 15;
const GAP = 10;
const LEAST_ROW = 20;
const WIDE = 460; // px from which names are written out

/**
 * Reads one statistic of a (…, quantity, layer, statistic) array.
 * @param {{data: Float32Array, shape: number[]}} array @param {number} layer @param {string} quantity
 * @param {string} name @param {number} [time] row of an array over time
 */
export function statistic({ data, shape }, quantity, layer, name, time = 0) {
  const [quantities, layers, statistics] = shape.slice(-3);
  const at = (time * quantities + QUANTITIES.indexOf(quantity)) * layers + layer;
  return data[at * statistics + STATISTICS.indexOf(name)];
}

/**
 * Where everything goes.
 * @param {number} width @param {number} height of the room there is; the picture may need more
 * @param {number} layers @param {(layer: number, wide: boolean) => string} name
 */
export function layOut(width, height, layers, name) {
  const wide = width >= WIDE;
  const row = Math.max(LEAST_ROW, (height - HEAD - FOOT) / layers);
  const left = wide ? 64 : 26;
  const across = (width - left - GAP * (COLUMNS.length - 1)) / COLUMNS.length;
  const cells = [];
  for (let layer = 0; layer < layers; layer += 1) {
    COLUMNS.forEach((quantity, i) => cells.push({
      layer, quantity, x: left + i * (across + GAP), y: HEAD + layer * row + 2, width: across, height: row - 5,
    }));
  }
  const names = Array.from({ length: layers }, (_, i) => name(i, wide));
  return { width, height: HEAD + FOOT + layers * row, wide, row, cells, names };
}

function words(g, layout, heads, tokens) {
  g.clearRect(0, 0, layout.width, layout.height);
  g.textBaseline = "alphabetic";
  g.fillStyle = tokens.ink2;
  g.font = `11px ${tokens.font}`;
  g.textAlign = "left";
  layout.names.forEach((name, i) => g.fillText(name, 0, HEAD + (i + 1) * layout.row - layout.row / 2 + 4));
  g.textAlign = "center";
  COLUMNS.forEach((quantity, i) => {
    const cell = layout.cells[i];
    g.fillText(heads[quantity], cell.x + cell.width / 2, 10);
  });
}

function ground(g, cell, tokens, at) {
  const base = cell.y + cell.height;
  g.strokeStyle = tokens.line;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(cell.x, Math.round(base) + 0.5);
  g.lineTo(cell.x + cell.width, Math.round(base) + 0.5);
  if (at !== undefined) {
    g.moveTo(Math.round(at) + 0.5, cell.y);
    g.lineTo(Math.round(at) + 0.5, base + 3);
  }
  g.stroke();
}

function feet(g, layout, texts, tokens) {
  g.fillStyle = tokens.ink2;
  g.font = `10.5px ${tokens.font}`;
  const y = layout.height - 3;
  COLUMNS.forEach((quantity, i) => {
    const cell = layout.cells[i];
    for (const [text, align, x] of texts(quantity, cell)) {
      g.textAlign = align;
      g.fillText(text, x, y);
    }
  });
}

function mark(g, cell, tokens) {
  g.strokeStyle = tokens.accent;
  g.lineWidth = 1.5;
  g.strokeRect(cell.x - 2, cell.y - 1, cell.width + 4, cell.height + 4);
}

/** Number of a scale's end with just the digits it needs. */
function endText(value) {
  const size = Math.abs(value);
  if (size > 0 && size < 0.001) return `${value < 0 ? "−" : ""}${logText(size)}`;
  const text = size ? tickText(value, 10 ** Math.floor(Math.log10(size) - 1)) : "0";
  return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/**
 * Histograms as they are now.
 * @param {CanvasRenderingContext2D} g @param {object} layout
 * @param {{counts: {data: Int32Array, shape: number[]}, spans: {data: Float32Array}}} arrays the bins' own ends
 * @param {Record<string, number[]>} shown the ends that each column shows: these hold the bins' own
 * @param {number[]} peaks the count that fills each cell's height
 * @param {object} tokens @param {object|null} marked cell
 */
export function drawNow(g, layout, { counts, spans }, shown, peaks, tokens, marked) {
  words(g, layout, { weights: "weights", gradients: "gradients", activations: "activations" }, tokens);
  const [, layers, bins] = counts.shape;
  layout.cells.forEach((cell, i) => {
    const [low, high] = shown[cell.quantity];
    const x = (value) => cell.x + ((value - low) / (high - low)) * cell.width;
    const each = (quantity, paint) => {
      const place = QUANTITIES.indexOf(quantity);
      const start = (place * layers + cell.layer) * bins;
      const [from, to] = spans.data.subarray(2 * place, 2 * place + 2);
      const width = (to - from) / bins;
      for (let bin = 0; bin < bins; bin += 1) {
        const count = counts.data[start + bin];
        if (count) paint(x(from + bin * width), x(from + (bin + 1) * width), count, from + (bin + 0.5) * width);
      }
    };
    ground(g, cell, tokens, low < 0 ? x(0) : undefined);
    const base = cell.y + cell.height;
    each(cell.quantity, (left, right, count, middle) => {
      const height = Math.max(1.5, (count / peaks[i]) * cell.height);
      g.fillStyle = middle < 0 ? ENDS.negative : ENDS.positive;
      g.fillRect(left, base - height, Math.max(1, right - left - 0.5), height);
    });
    if (cell.quantity === "weights") {
      g.fillStyle = tokens.ink;
      each("biases", (left, right) => g.fillRect((left + right) / 2 - 0.75, base - 5, 1.5, 7));
    }
    if (marked === cell) mark(g, cell, tokens);
  });
  feet(g, layout, (quantity, cell) => {
    const [low, high] = shown[quantity];
    return [[endText(low), "left", cell.x], [endText(high), "right", cell.x + cell.width]];
  }, tokens);
}

/**
 * The same over the epochs: a band from the lowest to the highest value and a darker one of a standard deviation
 * around the mean; of gradients their mean size, on a logarithmic scale.
 * @param {CanvasRenderingContext2D} g @param {object} layout
 * @param {{positions: {data: Float32Array, shape: number[]}, statistics: object}} arrays
 * @param {Record<string, number[]>} shown the ends of each column's vertical scale
 * @param {object} tokens @param {object|null} marked cell @param {number|null} time the row that is pointed at
 */
export function drawOverTime(g, layout, { positions, statistics }, shown, tokens, marked, time) {
  const times = positions.shape[0];
  const epochs = Array.from({ length: times }, (_, i) => positions.data[2 * i + 1]);
  const last = Math.max(epochs[times - 1], 1e-9);
  const range = (quantity) => `${endText(shown[quantity][0])} … ${endText(shown[quantity][1])}`;
  const head = (quantity, label) => (layout.wide ? `${label}, ${range(quantity)}` : label);
  words(g, layout, {
    weights: head("weights", "weights"),
    gradients: head("gradients", layout.wide ? "mean |gradient|, log scale" : "|gradient|, log"),
    activations: head("activations", "activations"),
  }, tokens);
  for (const cell of layout.cells) {
    const [low, high] = shown[cell.quantity];
    const logarithmic = cell.quantity === "gradients";
    const share = logarithmic ? (value) => Math.log(Math.max(value, low) / low) / Math.log(high / low)
      : (value) => (value - low) / (high - low);
    const base = cell.y + cell.height;
    const x = (i) => cell.x + (epochs[i] / last) * cell.width;
    const y = (value) => base - share(value) * cell.height;
    const read = (name, i) => statistic(statistics, cell.quantity, cell.layer, name, i);
    const rows = epochs.map((_, i) => i).filter((i) => Number.isFinite(read("mean", i)));
    ground(g, cell, tokens);
    const band = (from, to, alpha) => {
      g.globalAlpha = alpha;
      g.beginPath();
      rows.forEach((i) => g.lineTo(x(i), y(to(i))));
      rows.toReversed().forEach((i) => g.lineTo(x(i), from(i)));
      g.fill();
      g.globalAlpha = 1;
    };
    g.fillStyle = ENDS.positive;
    const line = logarithmic ? "size" : "mean";
    if (logarithmic) band(() => base, (i) => read("size", i), 0.22);
    else {
      band((i) => y(read("low", i)), (i) => read("high", i), 0.18);
      band((i) => y(read("mean", i) - read("deviation", i)), (i) => read("mean", i) + read("deviation", i), 0.32);
    }
    g.strokeStyle = ENDS.positive;
    g.lineWidth = 1.6;
    g.beginPath();
    rows.forEach((i) => g.lineTo(x(i), y(read(line, i))));
    if (rows.length === 1) g.arc(x(rows[0]), y(read(line, rows[0])), 1.5, 0, 7);
    g.stroke();
    if (marked === cell) {
      mark(g, cell, tokens);
      if (time !== null && time < times) {
        g.beginPath();
        g.moveTo(x(time), cell.y);
        g.lineTo(x(time), base);
        g.stroke();
      }
    }
  }
  const end = epochs[times - 1] >= 10 ? Math.round(epochs[times - 1]) : Number(epochs[times - 1].toPrecision(2));
  const until = `epoch ${end.toLocaleString("en-US")}`;
  feet(g, layout, (_, cell) => [["0", "left", cell.x], [until, "right", cell.x + cell.width]], tokens);
}

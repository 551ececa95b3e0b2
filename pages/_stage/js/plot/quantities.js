/** What can be drawn over the epochs, from the columns of a run's history. */

import { loss, number, percent } from "../format.js";
import { OTHERS } from "./others.js";

/**
 * One chart. `style` of a line: "test", "train", "validation" or "other0" …, which decide its look; `top`: the scale's fixed end;
 * `log`: whether a logarithmic scale suits it; `tick`: the format of Plotly's axis where it needs one.
 * @typedef {{id: string, label: string, format: (value: number) => string, top?: number, log: boolean, tick?: string,
 *   lines: {name: string, column: number, style: string}[]}} Panel
 */

// The last one is drawn on top.
const SPLITS = ["train", "validation", "test"];
const STYLES = ["test", "train", "validation"]; // of lines that are no splits, the most visible first

function splits(columns, id, rest) {
  const lines = SPLITS.map((name) => ({ name, column: columns.indexOf(`${name}_${id}`), style: name }))
    .filter((line) => line.column >= 0);
  // Other data that the run is scored on are drawn below, each in a colour of its own.
  const others = columns.filter((name) => lines.length && name.endsWith(`_${id}`)).map((name) => name.slice(0, -id.length - 1))
    .filter((name) => !SPLITS.includes(name));
  const more = others.map((name, at) => ({
    name: name.replaceAll("_", " "), column: columns.indexOf(`${name}_${id}`), style: `other${at % OTHERS.length}`,
  }));
  return { id, lines: [...more, ...lines], ...rest };
}

function single(columns, id, rest) {
  const column = columns.indexOf(id);
  return { id, lines: column < 0 ? [] : [{ name: rest.label, column, style: "test" }], ...rest };
}

/** The loss; of a task with several networks the loss of each. @param {string[]} columns @returns {Panel} */
export function lossPanel(columns) {
  const panel = splits(columns, "loss", { label: "Loss", format: loss, log: true });
  if (panel.lines.length) return panel;
  const ids = columns.filter((id) => id.endsWith("_loss"));
  const lines = ids.map((id, at) => ({
    name: id.slice(0, -"_loss".length).replaceAll("_", " "), column: columns.indexOf(id), style: STYLES[at % 3],
  }));
  return { ...panel, lines };
}

/** What a task measures besides losses, accuracy and error: a chart each. @param {object} store @returns {Panel[]} */
export function otherPanels(store) {
  const columns = columnsOf(store);
  return (store.shape?.metrics ?? []).filter(({ id }) => !/_(loss|accuracy|error)$/.test(id))
    .map(({ id, label }) => single(columns, id, { label, format: number, log: false }));
}

/**
 * How well it does in a unit that people know: accuracy, or for numbers the error.
 * @param {string[]} columns @returns {Panel}
 */
export function scorePanel(columns) {
  if (columns.includes("train_error")) {
    return splits(columns, "error", { label: "Root mean squared error", format: number, log: true });
  }
  return splits(columns, "accuracy", { label: "Accuracy", format: percent, top: 1, log: false, tick: ".0%" });
}

/** Gradient norm and learning rate. @param {string[]} columns @returns {Panel[]} */
export const stepPanels = (columns) => [
  single(columns, "gradient_norm", { label: "Gradient norm", format: number, log: true }),
  single(columns, "learning_rate", { label: "Learning rate", format: number, log: true }),
].filter((panel) => panel.lines.length);

/**
 * The history's columns as the server last told them, or before that as they will be.
 * @param {object} store @returns {string[]}
 */
export const columnsOf = (store) => store.frame?.history?.columns
  ?? ["step", "epoch", ...(store.shape?.metrics ?? []).map((metric) => metric.id), "learning_rate", "gradient_norm"];

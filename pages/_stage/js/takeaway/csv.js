/** The curves as a table for other programs: comma-separated values, one row for each recorded position. */

const UNITS = { step: "updates", epoch: "passes", accuracy: "share", error: "root mean square" };

/**
 * A column's heading: its name, and in brackets what it is counted in.
 * @param {string} name of the history's column @param {object} shape the run's shape
 */
function heading(name, shape) {
  const kind = name.replace(/^(train|test|validation)_/, "");
  const unit = kind === "loss" ? shape.loss.label.toLowerCase() : UNITS[kind];
  return unit ? `${name} [${unit}]` : name;
}

const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * @param {{columns: string[], rows: Float32Array, length: number}} history @param {object} shape
 * @returns {string} numbers at full float32 precision; empty where a number is not finite
 */
export function csvOf(history, shape) {
  const wide = history.columns.length;
  const lines = [history.columns.map((name) => quoted(heading(name, shape))).join(",")];
  for (let row = 0; row < history.length; row += 1) {
    const cells = Array.from(history.rows.subarray(row * wide, (row + 1) * wide), (value) => (Number.isFinite(value) ? String(value) : ""));
    lines.push(cells.join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

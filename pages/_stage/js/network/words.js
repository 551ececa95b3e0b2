/** The words on the network's picture: names of inputs and classes, and what the folds stand for. */

import { className, inputName } from "../names.js";

const LINE = 13; // px from line to line

/** A name that is too wide gets a line for each of its words; one that is too wide even so is drawn narrower. */
function drawLines(g, name, x, y, room) {
  const lines = g.measureText(name).width > room ? name.split(" ") : [name];
  lines.forEach((line, at) => g.fillText(line, x, y + (at - (lines.length - 1) / 2) * LINE, room));
}

/**
 * @param {CanvasRenderingContext2D} g @param {object} layout @param {object} shape @param {boolean} phone
 * @param {{ink2: string, font: string}} colours
 */
export function drawWords(g, layout, shape, phone, colours) {
  g.textBaseline = "middle";
  for (const column of layout.columns) {
    g.font = `600 ${layout.tight ? 12 : 13}px ${colours.font}`;
    g.fillStyle = colours.ink2;
    const name = (at) => inputName(shape, at);
    if (column.kind === "inputs" && !phone && !column.picture) {
      g.textAlign = "right";
      const right = column.x - column.size / 2 - 9;
      column.rows.forEach((y, at) => drawLines(g, name(at), right, y, right - 3));
    }
    g.textAlign = "center";
    g.font = `600 12px ${colours.font}`;
    // A phone has no room beside the inputs, but mostly some between them.
    const apart = (column.rows[1] ?? Infinity) - (column.rows[0] ?? 0) - column.size;
    if (column.kind === "inputs" && !column.picture && phone && apart >= 13) {
      column.rows.forEach((y, at) => g.fillText(name(at), column.x, y - column.size / 2 - 7, 2 * column.x - 4));
    }
    // With an output for each class, each says whose chance it tells.
    column.rows.forEach((y, unit) => {
      const name = column.picture ? null : className(shape, column.layer, unit);
      if (name !== null) g.fillText(name, column.x, y + column.size / 2 + 11);
    });
    if (column.hidden) g.fillText(`… ${column.hidden} more`, column.x, column.foldY);
    if (column.kind === "fold") g.fillText("···", column.x, column.middle);
  }
}

/** The marks on the timeline: a form of its own for each kind, so that none is told by its colour alone. */

import { formFrom } from "../plot/forms.js";

const DISC = "M-3.8 0a3.8 3.8 0 1 0 7.6 0a3.8 3.8 0 1 0-7.6 0z";
const STAR = "M0-5 1.5-1.7 5-1.4 2.4 1 3.1 4.5 0 2.7-3.1 4.5-2.4 1-5-1.4-1.5-1.7z";
const FORMS = {
  start: "M-1.3-4.6h2.6v9.2h-2.6z",
  edit: "M0-4.4 4.4 0 0 4.4-4.4 0z",
  change: "M-3.6-3.6h7.2v7.2h-7.2z",
  points: DISC,
  freeze: "M-.8-4.6h1.6v3.2l2.8-1.6.8 1.4L1.6 0l2.8 1.6-.8 1.4L.8 1.4v3.2H-.8V1.4l-2.8 1.6-.8-1.4L-1.6 0l-2.8-1.6.8-1.4 2.8 1.6z",
  surgery: "M-1.4-4.6h2.8v3.2h3.2v2.8H1.4v3.2h-2.8V1.4h-3.2v-2.8h3.2z",
  undo: "M-4.4 0 2.6-4.6v9.2z",
  fork: "M-4.4-4.4H-1L1-1h3.4v2H1L-1 4.4h-3.4L-1.6 0z",
  stopped: "M-4.4-4.4h3v8.8h-3zM1.4-4.4h3v8.8h-3z",
  trouble: "M0-4.6 4.8 4H-4.8z",
  best_test: STAR,
  best_validation: STAR,
};
const FAINT = ["undo", "start"]; // they lie beneath the others
const TONES = { trouble: "warn", stopped: "warn", best_test: "accent", best_validation: "accent" };

const formOf = (kind) => formFrom(FORMS[kind] ?? DISC);

/**
 * Draw the marks on one line; those that would lie on one another in the same form are drawn once.
 * @param {CanvasRenderingContext2D} g
 * @param {{step: number, kind: string}[]} marks in order of time
 * @param {{x: (step: number) => number, y: number, tokens: object}} place
 */
export function drawMarks(g, marks, { x, y, tokens }) {
  const last = new Map();
  const above = marks.filter(({ kind }) => !FAINT.includes(kind));
  for (const { step, kind } of [...marks.filter((mark) => !above.includes(mark)), ...above]) {
    const at = Math.round(x(step));
    if (at - (last.get(kind) ?? -9) < 4) continue;
    last.set(kind, at);
    const faint = FAINT.includes(kind);
    g.save();
    g.translate(at, y);
    if (faint) g.scale(0.8, 0.8);
    else g.scale(1.1, 1.1);
    g.lineWidth = 2.4;
    g.strokeStyle = tokens.panel;
    g.stroke(formOf(kind));
    g.fillStyle = tokens[TONES[kind] ?? (faint ? "ink3" : "ink2")];
    g.fill(formOf(kind));
    g.restore();
  }
}

/** The timeline's ground: the loss over all steps, the marks, and where a step lies. */

import { fit, tokensOf } from "../dom.js";
import { columnReader, drawLine } from "../plot/curve.js";
import { lossPanel } from "../plot/quantities.js";
import { drawMarks } from "./marks.js";

const EDGE = 7; // px on both sides, so that a mark at an end is whole
const LANE = 7; // the marks' middle above the foot

export class Track {
  /** @param {HTMLCanvasElement} canvas @param {import("../store.js").RunStore} store */
  constructor(canvas, store) {
    this.canvas = canvas;
    this.store = store;
    this.last = 1;
    this.width = 1; // css pixels as last drawn: to ask the page for it would lay it out anew, for each of the rows
    this.theme();
  }

  theme() {
    const style = getComputedStyle(this.canvas);
    this.tokens = { ...tokensOf(this.canvas), warn: style.getPropertyValue("--warn").trim() || "#b35c00" };
    this.key = "";
  }

  /** Where a step lies, in css pixels from the left. */
  x(step) {
    return EDGE + (Math.min(step, this.last) / this.last) * Math.max(1, this.width - 2 * EDGE);
  }

  /** The step at a place. */
  stepAt(px) {
    const share = (px - EDGE) / Math.max(1, this.width - 2 * EDGE);
    return Math.round(Math.max(0, Math.min(1, share)) * this.last);
  }

  /** Draw the ground, where it is another one than before. @param {number} furthest @param {object[]} marks */
  draw(furthest, marks) {
    this.last = Math.max(1, furthest);
    const { history, frame, view } = this.store;
    const { clientWidth, clientHeight } = this.canvas;
    this.width = clientWidth;
    const key = [history.length, frame?.build, furthest, marks.length, marks.at(-1)?.step, clientWidth, clientHeight,
      Boolean(view.log_loss), this.tokens.ink, this.tokens.panel].join();
    if (key === this.key || !clientWidth) return;
    this.key = key;
    const { context: g, width, height } = fit(this.canvas);
    g.clearRect(0, 0, width, height);
    g.fillStyle = this.tokens.line;
    g.fillRect(EDGE, height - 2 * LANE, width - 2 * EDGE, 1);
    this.#line(g, height);
    drawMarks(g, marks, { x: (step) => this.x(step), y: height - LANE, tokens: this.tokens });
  }

  #line(g, height) {
    const { history, view } = this.store;
    const { lines } = lossPanel(history.columns);
    const column = lines.at(-1)?.column;
    if (column === undefined || history.length < 2) return;
    const read = columnReader(history);
    const shown = view.log_loss ? (value) => Math.log(Math.max(value, 1e-12)) : (value) => value;
    let [low, high] = [Infinity, -Infinity];
    for (let row = 0; row < history.length; row += 1) {
      const value = shown(read.cell(row, column));
      if (value < low) low = value;
      if (value > high && value < Infinity) high = value;
    }
    const foot = height - 2 * LANE - 2;
    const span = high > low ? high - low : 1;
    drawLine(g, history, column, {
      x: (step) => this.x(step), y: (value) => foot - ((shown(value) - low) / span) * (foot - 3),
      colour: this.tokens.ink3, wide: 1.3, epochs: read.step,
    });
  }
}

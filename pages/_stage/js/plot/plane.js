/** The square plane of two inputs on a canvas: its geometry, axes and cross. */

import { axisName, roundTicks, tickText } from "./axes.js";

// Room for the ticks and x₁, x₂; and for what was measured: longer numbers, and names in full.
const MARGINS = { left: 22, top: 3, below: 17 };
const NAMED = { left: 38, top: 18, below: 31 };

/**
 * Where the plane lies. It is square on screen as it is in the data's units: a circle must look round.
 * @param {{context: CanvasRenderingContext2D, width: number, height: number, ratio: number}} room from `fit`
 * @param {number} extent the plane goes from −extent to extent both ways
 * @param {boolean} named whether its axes are measured columns, with names and numbers of their own
 */
export function planeOf({ context, width, height, ratio }, extent, named) {
  const { left: start, top: head, below } = named ? NAMED : MARGINS;
  const side = Math.max(10, Math.floor(Math.min(width - start - 1, height - below - head)));
  return {
    g: context, width, height, ratio, side, extent, named, left: start, top: head,
    px: (x) => start + ((x + extent) / (2 * extent)) * side,
    py: (y) => head + ((extent - y) / (2 * extent)) * side,
    /** From css pixels to shares of the side and to the data's units. */
    at(left, top) {
      const across = (left - start) / side;
      const down = (top - head) / side;
      const inside = across >= 0 && across <= 1 && down >= 0 && down <= 1;
      return { across, down, inside, x: (across * 2 - 1) * extent, y: (1 - down * 2) * extent };
    },
  };
}

/** Limits all drawing to the plane; undo with `g.restore()`. */
export function clipPlane({ g, side, left, top }) {
  g.save();
  g.beginPath();
  g.roundRect(left, top, side, side, 7);
  g.clip();
}

/** The two zero lines, faint. */
function drawCross({ g, side, px, py, left, top }, theme) {
  g.strokeStyle = theme === "dark" ? "rgba(255,255,255,.16)" : "rgba(0,0,0,.14)";
  g.lineWidth = 1;
  const x = Math.round(px(0)) + 0.5;
  const y = Math.round(py(0)) + 0.5;
  g.beginPath();
  g.moveTo(x, top);
  g.lineTo(x, top + side);
  g.moveTo(left, y);
  g.lineTo(left + side, y);
  g.stroke();
}

/** Round places on one axis, in the column's own units, each with where it is on the plane. */
function ticksOf({ middle, spread }, extent, named) {
  const { values, step } = roundTicks(middle - extent * spread, middle + extent * spread, named ? 5 : 6);
  return values.map((value) => ({ text: tickText(value, step), at: (value - middle) / spread }))
    .filter(({ at }) => Math.abs(at) < extent * (named ? 0.97 : 0.93));
}

/** Ticks with their numbers, and the names of the two axes at their ends. */
function drawAxes({ g, side, extent, px, py, left, top, named }, axes, tokens) {
  const [across, up] = axes.map((axis) => ticksOf(axis, extent, named));
  const below = top + side;
  g.strokeStyle = tokens.ink3;
  g.lineWidth = 1;
  g.beginPath();
  for (const { at } of across) {
    const x = Math.round(px(at)) + 0.5;
    g.moveTo(x, below + 1);
    g.lineTo(x, below + 4);
  }
  for (const { at } of up) {
    const y = Math.round(py(at)) + 0.5;
    g.moveTo(left - 4, y);
    g.lineTo(left - 1, y);
  }
  g.stroke();
  g.fillStyle = tokens.ink2;
  g.font = `11px ${tokens.font}`;
  g.textAlign = "center";
  g.textBaseline = "alphabetic";
  for (const { text, at } of across) g.fillText(text, px(at), below + 14);
  g.textAlign = "right";
  g.textBaseline = "middle";
  for (const { text, at } of up) g.fillText(text, left - 6, py(at) + 0.5);
  g.font = `600 12px ${tokens.font}`;
  g.textBaseline = "alphabetic";
  g.fillText(axisName(axes[0]), left + side, below + (named ? 27 : 14));
  g.textBaseline = "top";
  if (named) g.textAlign = "left";
  g.fillText(axisName(axes[1]), named ? 2 : left - 5, named ? 1 : top);
}

/** Cross and axes as one picture, kept until something of it changes: text is dear to draw in every frame. */
export class AxesLayer {
  #key = "";
  #picture = null;

  /** @param {object} room from `planeOf` @param {object[]} axes of the shape @param {object} tokens @param {string} theme */
  draw(room, axes, tokens, theme) {
    const { g, width, height, ratio, side, extent } = room;
    const key = [width, height, ratio, side, extent, theme, tokens.ink2, tokens.font, ...axes.map(axisName)].join();
    if (key !== this.#key) {
      this.#key = key;
      const canvas = new OffscreenCanvas(Math.ceil(width * ratio), Math.ceil(height * ratio));
      const own = { ...room, g: canvas.getContext("2d") };
      own.g.scale(ratio, ratio);
      drawCross(own, theme);
      drawAxes(own, axes, tokens);
      this.#picture = canvas.transferToImageBitmap();
    }
    g.drawImage(this.#picture, 0, 0, Math.ceil(width * ratio) / ratio, Math.ceil(height * ratio) / ratio);
  }

  /** Draw anew next time: a font has come. */
  clear() {
    this.#key = "";
  }
}

/** A ring around the chosen point, readable on any ground. */
export function drawMark({ g, px, py }, x, y, colour) {
  for (const [stroke, wide] of [["#ffffff", 4.5], [colour, 2.5]]) {
    g.strokeStyle = stroke;
    g.lineWidth = wide;
    g.beginPath();
    g.arc(px(x), py(y), 8, 0, 2 * Math.PI);
    g.stroke();
  }
}

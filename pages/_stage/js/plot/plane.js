/** The square plane of two inputs on a canvas: its geometry, axes and cross. */

import { roundTicks, tickText } from "./axes.js";

export const LEFT = 22;
export const BELOW = 17;
export const TOP = 3;

/**
 * Where the plane lies. It is square on screen as it is in the data's units: a circle must look round.
 * @param {{context: CanvasRenderingContext2D, width: number, height: number, ratio: number}} room from `fit`
 * @param {number} extent the plane goes from −extent to extent both ways
 */
export function planeOf({ context, width, height, ratio }, extent) {
  const side = Math.max(10, Math.floor(Math.min(width - LEFT - 1, height - BELOW - TOP)));
  return {
    g: context, width, height, ratio, side, extent,
    px: (x) => LEFT + ((x + extent) / (2 * extent)) * side,
    py: (y) => TOP + ((extent - y) / (2 * extent)) * side,
    /** From css pixels to shares of the side and to the data's units. */
    at(left, top) {
      const across = (left - LEFT) / side;
      const down = (top - TOP) / side;
      const inside = across >= 0 && across <= 1 && down >= 0 && down <= 1;
      return { across, down, inside, x: (across * 2 - 1) * extent, y: (1 - down * 2) * extent };
    },
  };
}

/** Limits all drawing to the plane; undo with `g.restore()`. */
export function clipPlane({ g, side }) {
  g.save();
  g.beginPath();
  g.roundRect(LEFT, TOP, side, side, 7);
  g.clip();
}

/** The two zero lines, faint. */
function drawCross({ g, side, px, py }, theme) {
  g.strokeStyle = theme === "dark" ? "rgba(255,255,255,.16)" : "rgba(0,0,0,.14)";
  g.lineWidth = 1;
  const x = Math.round(px(0)) + 0.5;
  const y = Math.round(py(0)) + 0.5;
  g.beginPath();
  g.moveTo(x, TOP);
  g.lineTo(x, TOP + side);
  g.moveTo(LEFT, y);
  g.lineTo(LEFT + side, y);
  g.stroke();
}

/** Ticks with their numbers, and the names of the two axes at their ends. */
function drawAxes({ g, side, extent, px, py }, names, tokens) {
  const { values, step } = roundTicks(-extent, extent, 6);
  const inner = values.filter((value) => Math.abs(value) < extent * 0.93);
  g.strokeStyle = tokens.ink3;
  g.lineWidth = 1;
  g.beginPath();
  for (const value of inner) {
    const x = Math.round(px(value)) + 0.5;
    const y = Math.round(py(value)) + 0.5;
    g.moveTo(x, TOP + side + 1);
    g.lineTo(x, TOP + side + 4);
    g.moveTo(LEFT - 4, y);
    g.lineTo(LEFT - 1, y);
  }
  g.stroke();
  g.fillStyle = tokens.ink2;
  g.font = `11px ${tokens.font}`;
  for (const value of inner) {
    g.textAlign = "center";
    g.textBaseline = "alphabetic";
    g.fillText(tickText(value, step), px(value), TOP + side + 14);
    g.textAlign = "right";
    g.textBaseline = "middle";
    g.fillText(tickText(value, step), LEFT - 6, py(value) + 0.5);
  }
  g.font = `600 12px ${tokens.font}`;
  g.textBaseline = "alphabetic";
  g.fillText(names[0] ?? "", LEFT + side, TOP + side + 14);
  g.textBaseline = "top";
  g.fillText(names[1] ?? "", LEFT - 5, TOP);
}

/** Cross and axes as one picture, kept until something of it changes: text is dear to draw in every frame. */
export class AxesLayer {
  #key = "";
  #picture = null;

  /** @param {object} room from `planeOf` @param {string[]} names @param {object} tokens @param {string} theme */
  draw(room, names, tokens, theme) {
    const { g, width, height, ratio, side, extent } = room;
    const key = [width, height, ratio, side, extent, theme, tokens.ink2, tokens.font, ...names].join();
    if (key !== this.#key) {
      this.#key = key;
      const canvas = new OffscreenCanvas(Math.ceil(width * ratio), Math.ceil(height * ratio));
      const own = { ...room, g: canvas.getContext("2d") };
      own.g.scale(ratio, ratio);
      drawCross(own, theme);
      drawAxes(own, names, tokens);
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

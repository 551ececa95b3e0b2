/** A pad to draw on by hand, in the size and colours of the data's pictures; keys draw too. */

import { h } from "../dom.js";
import { pixelsOf } from "./shrink.js";

const FINE = 224; // the pad's own pixels a side: shrunk to the picture's, its lines have smooth edges
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Pad {
  #down = null;
  #at = { x: FINE / 2, y: FINE / 2 };

  /**
   * @param {{side: number, channels: number, changed: () => void}} options the picture's side and channels; `changed` is
   *   called after every stroke and while one is drawn
   */
  constructor({ side, channels, changed }) {
    Object.assign(this, { side, channels, changed, empty: true });
    this.canvas = h("canvas.pad", {
      role: "img", tabindex: "0", width: FINE, height: FINE, "aria-label": "Pad to draw on",
      "aria-description": "Draw with mouse or finger; or lead the brush with the arrow keys, and hold Space to draw.",
      "data-own-keys": true,
    });
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.small = Object.assign(document.createElement("canvas"), { width: side, height: side });
    this.mark = h("i.pad-mark", { "aria-hidden": "true", hidden: true });
    this.size = h("input", { type: "range", min: 6, max: 60, value: Math.max(12, Math.round((FINE / side) * 1.3)), "aria-label": "Brush", title: "Brush" });
    this.colour = h("input", { type: "color", value: channels === 1 ? "#ffffff" : "#303030", "aria-label": "Colour", title: "Colour" });
    this.wipe = h("button.chip", { type: "button", onclick: () => this.clear() }, "Clear");
    this.element = h("div.pad-place", {}, this.canvas, this.mark);
    this.tools = h("div.pad-tools", {}, this.size, channels > 1 && this.colour, this.wipe);
    this.canvas.addEventListener("pointerdown", (event) => this.#press(event));
    this.canvas.addEventListener("pointermove", (event) => this.#draw(event));
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, () => { this.#down = null; });
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    this.canvas.addEventListener("keyup", (event) => event.key === " " && (this.#down = null));
    this.canvas.addEventListener("blur", () => { this.mark.hidden = true; });
    this.clear();
  }

  /** Starts over: black where pictures are grey, as most digits are; else white. */
  clear() {
    this.context.fillStyle = this.channels === 1 ? "#000000" : "#ffffff";
    this.context.fillRect(0, 0, FINE, FINE);
    this.empty = true;
    this.changed();
  }

  #place({ offsetX, offsetY }) {
    const scale = FINE / this.canvas.clientWidth;
    return { x: offsetX * scale, y: offsetY * scale };
  }

  #press(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.#down = this.#place(event);
    this.#line(this.#down, this.#down);
  }

  #draw(event) {
    if (!this.#down) return;
    const to = this.#place(event);
    this.#line(this.#down, to);
    this.#down = to;
  }

  #key(event) {
    const by = KEYS[event.key];
    if (!by && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    const step = FINE / this.side / (event.shiftKey ? 4 : 1);
    const within = (value) => Math.max(0, Math.min(FINE, value));
    const from = this.#at;
    if (by) this.#at = { x: within(from.x + by[0] * step), y: within(from.y + by[1] * step) };
    else this.#down = this.#at;
    if (this.#down) this.#line(from, this.#at);
    this.mark.hidden = false;
    Object.assign(this.mark.style, { left: `${(100 * this.#at.x) / FINE}%`, top: `${(100 * this.#at.y) / FINE}%` });
  }

  #line(from, to) {
    const { context } = this;
    Object.assign(context, { strokeStyle: this.colour.value, lineWidth: Number(this.size.value), lineCap: "round" });
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x + 0.01, to.y);
    context.stroke();
    this.empty = false;
    this.changed();
  }

  /** What was drawn, as small as the data's pictures. @returns {HTMLCanvasElement} */
  picture() {
    const context = this.small.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    // Halved as often as that goes, so that every pixel of the pad counts.
    let from = this.canvas;
    while (from.width >= 2 * this.side) {
      const half = Object.assign(document.createElement("canvas"), { width: from.width >> 1, height: from.width >> 1 });
      half.getContext("2d").drawImage(from, 0, 0, half.width, half.height);
      from = half;
    }
    context.drawImage(from, 0, 0, this.side, this.side);
    return this.small;
  }

  /** The same as bytes by row, column and channel. @returns {Uint8Array} */
  pixels() {
    return pixelsOf(this.picture().getContext("2d", { willReadFrequently: true }), this.side, this.channels);
  }
}

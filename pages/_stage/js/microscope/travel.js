/** Which way an operation goes: dots that run once along the links, forward or back. None under reduced motion. */

import { rise } from "../network/strip.js";

const RUN_MS = 800;
const MOST = 72; // dots at once
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Travel {
  #running = 0;
  #known = "";

  /** @param {HTMLCanvasElement} canvas over the picture */
  constructor(canvas) {
    this.canvas = canvas;
  }

  /**
   * Run once for a stop of the walk.
   * @param {string} stop what tells one stop from another @param {object[]} gaps those the operation goes through
   * @param {1|-1|0} direction @param {{width: number, height: number, ratio: number}} size @param {string} colour
   */
  show(stop, gaps, direction, { width, height, ratio }, colour) {
    if (stop === this.#known) return;
    this.#known = stop;
    this.stop();
    if (!direction || !gaps.length || still.matches) return;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const g = this.canvas.getContext("2d");
    const ways = gaps.flatMap(({ from, to, x0, x1 }) => to.rows.flatMap((y1) => from.rows.map((y0) => ({ x0, x1, y0, y1 }))));
    const every = Math.ceil(ways.length / MOST);
    const chosen = ways.filter((_, at) => at % every === 0);
    const start = performance.now();
    const move = (now) => {
      const share = Math.min(1, (now - start) / RUN_MS);
      const across = direction > 0 ? share : 1 - share;
      const { share: up } = rise(across);
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      g.clearRect(0, 0, width, height);
      if (share >= 1) return;
      g.fillStyle = colour;
      g.globalAlpha = Math.min(1, 4 * share, 4 * (1 - share));
      for (const { x0, x1, y0, y1 } of chosen) {
        g.beginPath();
        g.arc(x0 + (x1 - x0) * across, y0 + (y1 - y0) * up, 2.6, 0, 2 * Math.PI);
        g.fill();
      }
      this.#running = requestAnimationFrame(move);
    };
    this.#running = requestAnimationFrame(move);
  }

  /** Nothing runs and nothing is left of it. */
  stop() {
    cancelAnimationFrame(this.#running);
    this.canvas.width = 0;
  }

  clear() {
    this.#known = "";
    this.stop();
  }
}

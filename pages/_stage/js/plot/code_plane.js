/** The plane of a code of two numbers: decoded pictures over it, and where the samples lie. */

import { fit } from "../dom.js";
import { colourFor, formFor, formOf } from "./marks.js";
import { imageOf } from "./pixels.js";

const RADIUS = 2.2;
const VEIL = 0.35; // pictures stand back a little behind the points

const kept = new WeakMap();

// The pictures as one image, made anew only when they are others.
function mosaic(grid) {
  if (kept.has(grid.data)) return kept.get(grid.data);
  const [total, rows, columns] = grid.shape;
  const side = Math.round(Math.sqrt(total));
  const canvas = Object.assign(document.createElement("canvas"), { width: side * columns, height: side * rows });
  const g = canvas.getContext("2d");
  for (let i = 0; i < total; i += 1) {
    g.putImageData(imageOf(grid, i), (i % side) * columns, Math.floor(i / side) * rows);
  }
  kept.set(grid.data, canvas);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{grid: object, extent: Float32Array, codes: Float32Array, targets: Float32Array, place: number[]|null}} found
 *   extent: left, right, low, high
 * @param {{classes: number, theme: "light"|"dark", tokens: object}} look
 */
export function drawPlane(canvas, { grid, extent: [left, right, low, high], codes, targets, place }, { classes, theme, tokens }) {
  const { context: g, width, height } = fit(canvas);
  g.clearRect(0, 0, width, height);
  g.imageSmoothingEnabled = false;
  g.globalAlpha = 1 - VEIL;
  g.drawImage(mosaic(grid), 0, 0, width, height);
  g.globalAlpha = 1;
  const side = Math.round(Math.sqrt(grid.shape[0]));
  g.fillStyle = tokens.panel;
  for (let i = 1; i < side; i += 1) {
    g.fillRect(Math.round((i / side) * width), 0, 1, height);
    g.fillRect(0, Math.round((i / side) * height), width, 1);
  }
  const at = (x, y) => [((x - left) / (right - left)) * width, ((high - y) / (high - low)) * height];
  g.lineWidth = 0.35;
  g.strokeStyle = tokens.panel;
  for (let i = 0; i < targets.length; i += 1) {
    g.save();
    g.translate(...at(codes[2 * i], codes[2 * i + 1]));
    g.scale(RADIUS, RADIUS);
    g.fillStyle = classes ? colourFor(classes, targets[i], theme) : tokens.accent;
    g.fill(formOf(classes ? formFor(classes, targets[i]) : 0));
    g.stroke(formOf(classes ? formFor(classes, targets[i]) : 0));
    g.restore();
  }
  if (!place) return;
  for (const [colour, wide] of [[tokens.panel, 5], [tokens.accent, 2.5]]) {
    g.beginPath();
    g.arc(...at(...place), 8, 0, 2 * Math.PI);
    Object.assign(g, { strokeStyle: colour, lineWidth: wide });
    g.stroke();
  }
}

/** The code at a place of the canvas, in css pixels. @returns {number[]} */
export function placeAt(canvas, [left, right, low, high], x, y) {
  return [left + (x / canvas.clientWidth) * (right - left), high - (y / canvas.clientHeight) * (high - low)];
}

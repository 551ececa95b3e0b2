/** A sample as a small picture: its own where it has one, else its place on the plane in its class's colour. */

import { zero } from "../colour.js";
import { colourFor, formFor, formOf } from "./marks.js";

const PLANE = 96; // pixels of a drawn plane
const INSET = 14;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement|undefined} picture as `Pictures.of` has it
 */
export function drawPicture(canvas, picture) {
  canvas.classList.remove("is-place");
  const { width, height } = picture ?? { width: 1, height: 1 };
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const g = canvas.getContext("2d");
  g.clearRect(0, 0, width, height);
  if (picture) g.drawImage(picture, 0, 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {object} store
 * @param {{split: string, sample: number, target: number}} of
 * @param {{theme: "light"|"dark", ink: string}} look
 */
export function drawPlace(canvas, store, { split, sample, target }, { theme, ink }) {
  canvas.classList.add("is-place");
  if (canvas.width !== PLANE) Object.assign(canvas, { width: PLANE, height: PLANE });
  const g = canvas.getContext("2d");
  const { extent, output } = store.shape;
  const x = store.data[split]?.x;
  g.fillStyle = zero(theme);
  g.fillRect(0, 0, PLANE, PLANE);
  if (!x) return;
  const at = (value) => INSET + ((PLANE - 2 * INSET) * (Math.max(-1, Math.min(1, value / extent)) + 1)) / 2;
  const total = output.classes.length;
  g.save();
  g.translate(at(x[2 * sample]), at(-x[2 * sample + 1]));
  g.scale(11, 11);
  const mark = formOf(total ? formFor(total, target) : 0);
  g.lineWidth = 0.45;
  g.strokeStyle = ink;
  g.stroke(mark);
  g.fillStyle = total ? colourFor(total, target, theme) : colourFor(2, Number(target > 0), theme);
  g.fill(mark);
  g.restore();
}

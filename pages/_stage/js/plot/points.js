/** Data points on the plane: which are right, how each is drawn, and which is nearest to a place. */

import { signed } from "../colour.js";
import { number } from "../format.js";
import { colourFor, formFor, formOf } from "./marks.js";

const flat = (array) => array?.data ?? array;

/**
 * One split's points with what the network says about each.
 * @param {object} store @param {"train"|"test"} split
 * @returns {{x: Float32Array, y: Float32Array, prediction: Float32Array|null, total: number, wide: number}|null}
 *   x (total, 2); prediction (total, wide)
 */
export function pointsOf(store, split) {
  const points = store.data?.[split];
  const y = flat(points?.y);
  if (!y?.length) return null;
  const found = store.frame?.arrays.get(`predictions/${split}`);
  const fits = found && found.data.length % y.length === 0 && found.data.length > 0;
  return { x: flat(points.x), y, prediction: fits ? found.data : null, total: y.length,
    wide: fits ? found.data.length / y.length : 1 };
}

/** Where a test sample, ["test", 3], or a place, ["point", x₁, x₂], lies; null for all others. */
export function placeOf(store, sample) {
  const [kind, ...at] = [sample].flat();
  if (kind === "point") return at;
  const test = kind === "test" ? pointsOf(store, "test") : null;
  return test && at[0] < test.total ? [test.x[2 * at[0]], test.x[2 * at[0] + 1]] : null;
}

/** How this run's target is read: which class a number means, what colour it has, what it is called. */
export class Target {
  /** @param {object} shape the run's shape @param {"light"|"dark"} theme @param {boolean} judges whether points can be wrong */
  constructor(shape, theme, judges = true) {
    this.judges = judges;
    const { range = [-1, 1], ends = ["−1", "+1"], target, classes: names = [] } = shape.output;
    this.kind = target === "classes" || target === "number" ? target : "binary";
    this.middle = (range[0] + range[1]) / 2;
    this.half = (range[1] - range[0]) / 2 || 1;
    this.ends = ends;
    this.theme = theme;
    this.names = names;
  }

  /** Class of a label: 0 or 1 for two classes, the index for more. */
  classOf(label) {
    if (this.kind === "classes") return Math.round(label);
    return label > this.middle ? 1 : 0;
  }

  /** Class the network gives to point i; −1 where there is no prediction. */
  predicted(points, i) {
    if (!points.prediction) return -1;
    if (points.wide === 1) return this.classOf(points.prediction[i]);
    let best = 0;
    for (let k = 1; k < points.wide; k += 1) {
      if (points.prediction[i * points.wide + k] > points.prediction[i * points.wide + best]) best = k;
    }
    return best;
  }

  /** Whether the network has point i wrong; numbers are never plainly wrong. */
  wrong(points, i) {
    if (!this.judges || this.kind === "number" || !points.prediction) return false;
    return this.predicted(points, i) !== this.classOf(points.y[i]);
  }

  /** A label's shade, a small whole number: sixteen steps of a value are enough to tell, and keep the dots few. */
  shade(label) {
    if (this.kind === "number") return Math.max(0, Math.min(16, Math.round(((label - this.middle) / this.half) * 8) + 8));
    return this.classOf(label);
  }

  /** A shade's colour. */
  colour(shade) {
    if (this.kind === "classes") return colourFor(this.names.length, shade, this.theme);
    return signed(this.kind === "binary" ? shade * 2 - 1 : (shade - 8) / 8, this.theme);
  }

  /** A shade's form: classes differ in it, too. */
  form(shade) {
    return this.kind === "classes" ? formFor(this.names.length, shade) : 0;
  }

  /** A class in words: "blue (+1)", "setosa". */
  word(label) {
    const name = this.names[this.classOf(label)];
    return this.kind === "classes" ? name : `${name} (${this.ends[this.classOf(label)]})`;
  }
}

/** Counts the points that the network has wrong. @param {object|null} points @param {Target} target */
export function countWrong(points, target) {
  let wrong = 0;
  for (let i = 0; points && i < points.total; i += 1) if (target.wrong(points, i)) wrong += 1;
  return wrong;
}

const sprites = new Map();

// A dot is drawn once for each look and then copied. As a bitmap: copying from a canvas makes the
// browser take a snapshot of it every time.
function sprite(colour, form, hollow, wrong, theme, ratio) {
  const key = [colour, form, hollow, wrong, theme, ratio].join();
  if (sprites.has(key)) return sprites.get(key);
  const size = 16;
  const canvas = new OffscreenCanvas(Math.round(size * ratio), Math.round(size * ratio));
  const g = canvas.getContext("2d");
  g.scale(ratio, ratio);
  const fill = (radius, paint) => {
    g.save();
    g.translate(size / 2, size / 2);
    g.scale(radius, radius);
    g.fillStyle = paint;
    g.fill(formOf(form));
    g.restore();
  };
  const radius = wrong ? 3.8 : 2.9;
  if (wrong) fill(radius + 2, theme === "dark" ? "rgba(11,15,20,.9)" : "rgba(28,36,48,.85)");
  fill(radius + (wrong ? 1 : 0.7), wrong ? "#ffffff" : "rgba(255,255,255,.5)");
  fill(radius - 0.2, colour);
  // a shade darker than the ground it sinks into, so that it stays a dot and is no ring
  if (!wrong) fill(radius - 0.2, "rgba(0,0,0,.2)");
  if (hollow) fill(radius - 1.6, "#ffffff");
  if (sprites.size > 400) sprites.clear();
  sprites.set(key, canvas.transferToImageBitmap());
  return sprites.get(key);
}

/**
 * One split's points: all of them as a picture that is kept while they stay where they are, and over it
 * those that the network has wrong now, so that none of these is hidden.
 */
export class PointsLayer {
  #key = "";
  #drawn = null; // the labels that the picture was drawn from
  #picture = null;

  /**
   * Draw the points.
   * @param {CanvasRenderingContext2D} g
   * @param {object} points from `pointsOf` @param {Target} target
   * @param {object} room from `planeOf`, with its `width` and `height` in css pixels
   * @param {boolean} hollow
   */
  draw(g, points, target, room, hollow) {
    const { width, height, ratio, side, extent, left } = room;
    const key = [width, height, side, extent, left, ratio, target.theme, target.kind, hollow].join();
    if (key !== this.#key || points.y !== this.#drawn) {
      this.#key = key;
      this.#drawn = points.y;
      this.#render(points, target, room, hollow);
    }
    g.drawImage(this.#picture, 0, 0, Math.ceil(width * ratio) / ratio, Math.ceil(height * ratio) / ratio);
    for (let i = 0; i < points.total; i += 1) if (target.wrong(points, i)) this.#dot(g, points, i, target, room, hollow, true);
  }

  #render(points, target, room, hollow) {
    const { width, height, ratio } = room;
    const canvas = new OffscreenCanvas(Math.ceil(width * ratio), Math.ceil(height * ratio));
    const g = canvas.getContext("2d");
    g.scale(ratio, ratio);
    for (let i = 0; i < points.total; i += 1) this.#dot(g, points, i, target, room, hollow, false);
    this.#picture = canvas.transferToImageBitmap();
  }

  #dot(g, points, i, target, { px, py, ratio }, hollow, wrong) {
    const shade = target.shade(points.y[i]);
    const dot = sprite(target.colour(shade), target.form(shade), hollow, wrong, target.theme, ratio);
    g.drawImage(dot, px(points.x[2 * i]) - 8, py(points.x[2 * i + 1]) - 8, 16, 16);
  }
}

/**
 * Rings around the points that the last operation on weights made the network answer otherwise.
 * @param {object} room from `planeOf` @param {object|null} consequence of the store
 * @param {{train: object|null, test: object|null}} splits those that are drawn @param {string} colour
 */
export function drawFlipped({ g, px, py }, consequence, splits, colour) {
  if (!consequence || consequence.past) return;
  for (const [split, points] of Object.entries(splits)) {
    for (const i of consequence.flipped[split] ?? []) {
      if (!points || i >= points.total) continue;
      for (const [stroke, wide] of [["#ffffff", 2.8], [colour, 1.5]]) {
        g.strokeStyle = stroke;
        g.lineWidth = wide;
        g.beginPath();
        g.arc(px(points.x[2 * i]), py(points.x[2 * i + 1]), 6.5, 0, 2 * Math.PI);
        g.stroke();
      }
    }
  }
}

/**
 * The point nearest to a place.
 * @param {object|null} points
 * @param {number} x @param {number} y in the data's units @param {number} within largest distance in those units
 * @returns {{index: number, distance: number}|null}
 */
function nearest(points, x, y, within) {
  let best = null;
  for (let i = 0; points && i < points.total; i += 1) {
    const distance = Math.hypot(points.x[2 * i] - x, points.x[2 * i + 1] - y);
    if (distance <= within && (!best || distance < best.distance)) best = { index: i, distance };
  }
  return best;
}

/**
 * The point of several splits nearest to a place; of equals the first split's.
 * @param {Object<string, object|null>} splits points by what the split is called
 * @returns {{split: string, points: object, index: number, distance: number}|null}
 */
export function pointAt(splits, x, y, within) {
  const found = Object.entries(splits).map(([split, points]) => ({ split, points, ...nearest(points, x, y, within) }));
  return found.filter(({ index }) => index !== undefined).sort((a, b) => a.distance - b.distance)[0] ?? null;
}

/** A point that was found, in words: "Train 3: blue (+1) ✓ right". @param {Target} target */
export function saidOf({ split, points, index }, target) {
  const label = points.y[index];
  const says = points.prediction?.[index];
  if (target.kind === "number") return `${split} ${index + 1}: ${number(label)}${says === undefined ? "" : `, output ${number(says)}`}`;
  const verdict = !points.prediction || !target.judges ? "" : target.wrong(points, index) ? " ✗ wrong" : " ✓ right";
  return `${split} ${index + 1}: ${target.word(label)}${verdict}`;
}

/** Axes: round ticks, linear and logarithmic scales, and how they are drawn. */

import { number } from "../format.js";

/**
 * Round numbers that cover [low, high].
 * @param {number} low @param {number} high
 * @param {number} about how many there should be
 * @returns {{values: number[], step: number}} every value lies within [low, high]
 */
export function roundTicks(low, high, about) {
  const span = high - low;
  if (!(span > 0)) return { values: [low], step: 1 };
  const power = 10 ** Math.floor(Math.log10(span / Math.max(1, about)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= about) ?? 10 * power;
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) values.push(i * step);
  return { values, step };
}

/** A tick's text with just the digits its step needs. @param {number} value @param {number} step */
export function tickText(value, step) {
  if (Math.abs(value) < step * 1e-6) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return `${trim(value.toExponential(1))}`;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace("-", "−");
}

const trim = (text) => text.replace(".0e", "e").replace("e+", "e").replaceAll("-", "−");

/**
 * Powers of ten within [low, high]; fewer than two are filled up with 2 and 5 times a power.
 * @param {number} low above 0 @param {number} high
 * @param {number} about how many there should be at most
 */
export function logTicks(low, high, about) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / about));
  const values = [];
  for (let power = first; power <= last; power += every) values.push(10 ** power);
  if (values.length >= 2) return values;
  const finer = [];
  for (let power = first - 1; power <= last; power += 1) {
    for (const factor of [1, 2, 5]) finer.push(factor * 10 ** power);
  }
  return finer.filter((value) => value >= low * 0.999 && value <= high * 1.001);
}

/** A logarithmic tick's text: 0.01 as it is, smaller as a power. @param {number} value */
export function logText(value) {
  if (value >= 0.001 && value < 1e5) return String(Number(value.toPrecision(1)));
  return trim(value.toExponential(0));
}

/**
 * The vertical scale of a curve.
 * @param {number} low smallest and @param {number} high largest finite value shown
 * @param {{log?: boolean, top?: number, about: number}} options `top`: the scale's fixed end (1 for accuracy)
 * @returns {{low: number, high: number, ticks: {value: number, text: string}[], at: (value: number) => number}}
 *   `at` gives 0 at the bottom and 1 at the top
 */
export function valueScale(low, high, { log = false, top, about }) {
  if (log) {
    const least = Math.max(1e-12, low);
    let from = 10 ** Math.floor(Math.log10(least) + 1e-9);
    if (least > from * 3) from *= 2;
    const to = Math.max(high, from * 10) * 1.08;
    const ticks = logTicks(from, to, about).map((value) => ({ value, text: logText(value) }));
    const span = Math.log(to / from);
    return { low: from, high: to, ticks, at: (value) => Math.log(Math.max(value, from) / from) / span };
  }
  const to = top ?? (high > 0 ? high * 1.06 : 1);
  const from = top === undefined ? Math.min(0, low) : Math.max(0, Math.min(top - 0.1, low - 0.03));
  const { values, step } = roundTicks(from, to, about);
  const ticks = values.map((value) => ({ value, text: tickText(value, step) }));
  return { low: from, high: to, ticks, at: (value) => (value - from) / (to - from) };
}

/** Whether an axis is a measured column, drawn in its own units. @param {{middle: number, spread: number}} axis */
export const isMeasured = ({ middle, spread }) => middle !== 0 || spread !== 1;

/** An axis's name with its unit: "petal length (cm)". @param {{name: string, unit: string}} axis */
export const axisName = ({ name, unit }) => (unit ? `${name} (${unit})` : name);

/** A value of x on an axis, in the column's own units: "4.35 cm". */
export function axisText(axis, x) {
  if (!isMeasured(axis)) return x.toFixed(2).replace("-", "−");
  return `${number(axis.middle + axis.spread * x)}${axis.unit ? ` ${axis.unit}` : ""}`;
}

/** A place on the plane in words: "x₁ = 1.24, x₂ = −0.53". @param {object[]} axes of the shape */
export function placeText(axes, x, y) {
  return `${axes[0].name} = ${axisText(axes[0], x)}, ${axes[1].name} = ${axisText(axes[1], y)}`;
}

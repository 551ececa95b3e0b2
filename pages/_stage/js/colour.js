/**
 * Colours that carry meaning, in one place: orange for negative, a neutral that differs by theme, blue for
 * positive. Three or more classes begin with the same two; the others were chosen by computer so that people
 * with any of the common colour-vision deficiencies can tell all five and the neutral apart (tests/pages/test_colours.py).
 */

/** @typedef {"light"|"dark"} Theme */

const NEGATIVE = [0xf5, 0x93, 0x22];
const POSITIVE = [0x08, 0x77, 0xbd];
const NEUTRAL = { light: [0xe8, 0xea, 0xeb], dark: [0x3a, 0x43, 0x4e] };
const CLASSES = {
  light: ["#f59322", "#0877bd", "#15b39e", "#8e2560", "#bcadfd"],
  dark: ["#f59322", "#0877bd", "#28debe", "#fffd83", "#ac99ff"],
};

const neutral = (theme) => NEUTRAL[theme === "dark" ? "dark" : "light"];
const hex = (rgb) => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
const parse = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));

/** The two ends of the signed scale as css colours; they are the same in both themes. */
export const ENDS = { negative: hex(NEGATIVE), positive: hex(POSITIVE) };

/** The middle of the signed scale as a css colour. @param {Theme} theme */
export const zero = (theme) => hex(neutral(theme));

/**
 * Mixes the signed scale at one place.
 * @param {number} value in [−1, 1]; outside is clamped, not-a-number is drawn neutral
 * @param {Theme} theme
 * @returns {number[]} red, green, blue, each 0–255
 */
export function signedRgb(value, theme) {
  const clamped = Math.max(-1, Math.min(1, value || 0));
  const end = clamped < 0 ? NEGATIVE : POSITIVE;
  const share = Math.abs(clamped);
  return neutral(theme).map((part, i) => Math.round(part + (end[i] - part) * share));
}

/** The signed scale as a css colour. @param {number} value in [−1, 1] @param {Theme} theme @returns {string} */
export const signed = (value, theme) => `rgb(${signedRgb(value, theme).join(",")})`;

// ImageData wants R, G, B, A as bytes; a Uint32Array over it is little-endian on every platform browsers run on.
const pack = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

const tables = new Map();

/**
 * Look-up table from a map's byte (0 = low end of its range, 255 = high end) to a packed RGBA pixel.
 * @param {Theme} theme
 * @param {boolean} [hard] two colours only, split in the middle, for "Discretize"
 * @returns {Uint32Array} 256 pixels; shared, do not change
 */
export function lut(theme, hard = false) {
  const key = `${theme === "dark" ? "dark" : "light"}${hard ? "!" : ""}`;
  if (!tables.has(key)) {
    tables.set(key, Uint32Array.from({ length: 256 }, (_, byte) => {
      if (hard) return pack(byte < 128 ? NEGATIVE : POSITIVE);
      return pack(signedRgb((byte / 255) * 2 - 1, theme));
    }));
  }
  return tables.get(key);
}

/**
 * Look-up table for one class's share: neutral at 0, the class's colour at 255.
 * @param {string} colour "#rrggbb" @param {Theme} theme
 * @param {boolean} [hard] the two ends only, split in the middle, for "Discretize"
 * @returns {Uint32Array} 256 pixels; shared, do not change
 */
export function classLut(colour, theme, hard = false) {
  const key = `${theme === "dark" ? "dark" : "light"}${colour}${hard ? "!" : ""}`;
  if (!tables.has(key)) {
    const from = neutral(theme);
    const to = parse(colour);
    tables.set(key, Uint32Array.from({ length: 256 }, (_, byte) => {
      const share = hard ? Number(byte > 127) : byte / 255;
      return pack(from.map((part, i) => Math.round(part + (to[i] - part) * share)));
    }));
  }
  return tables.get(key);
}

/** The classes' colours, in the order they are given out. @param {Theme} theme @returns {string[]} "#rrggbb" */
export const classes = (theme) => CLASSES[theme === "dark" ? "dark" : "light"];

/** "#rrggbb" as one pixel of an ImageData. @param {string} text @returns {number} */
export const packed = (text) => pack(parse(text));

/** "#rrggbb" to [red, green, blue]. @param {string} text @returns {number[]} */
export const rgb = parse;

/** Numbers for people: DESIGN "Screen" says how many digits; the minus is the true one (U+2212). */

const MINUS = "−";
const THREE = new Intl.NumberFormat("en-US", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

const minus = (text) => text.replaceAll("-", MINUS).replace("e+", "e");

/** What is shown where there is no finite number; null where the value is finite. */
function odd(value) {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  return null;
}

/** A loss: four decimals; below 0.001 like "1.2e−4", from 1,000 like "1.2e3", both six wide or less. @param {number} value */
export function loss(value) {
  const word = odd(value);
  if (word !== null) return word;
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1000)) return minus(value.toExponential(1));
  return minus(value.toFixed(4));
}

/** Any other number: three significant digits, thousands separated, very small or large as "1.23e−5". @param {number} value */
export function number(value) {
  const word = odd(value);
  if (word !== null) return word;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001 || size >= 1e7) return minus(value.toExponential(2));
  return minus(THREE.format(value));
}

/** A count: rounded to a whole number, thousands separated. @param {number} value */
export function count(value) {
  return odd(value) ?? minus(WHOLE.format(value));
}

const EPOCH = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** An epoch, which may be within one: "12.04", "1,234". @param {number} value */
export const epoch = (value) => odd(value) ?? EPOCH.format(value);

/** A share of one as a percentage: "96.8 %". @param {number} value in [0, 1] */
export function percent(value) {
  return odd(value) ?? `${minus((value * 100).toFixed(1))} %`;
}

/** A number in at most `room` characters: two decimals, three where it is small: "−0.13", "0.042", "12.3", "4e−5". */
export function short(value, room) {
  const word = odd(value);
  if (word !== null) return word;
  if (value === 0) return "0";
  const whole = String(Math.trunc(Math.abs(value))).length;
  const free = room - whole - 1 - (value < 0 ? 1 : 0);
  const decimals = Math.max(0, Math.min(Math.abs(value) < 0.095 ? 3 : 2, free, 4 - whole));
  const text = Math.abs(value) < 0.95 * 10 ** -decimals || free < -1 ? value.toExponential(0) : value.toFixed(decimals);
  return minus(text);
}

/** A number for an input field: every digit that matters to a float32, true minus left out so that it can be typed. */
export function editable(value) {
  if (!Number.isFinite(value)) return "";
  return String(Number(value.toPrecision(6)));
}

/**
 * Reads what a person typed: "0.5", "−0,5", ".5", "1e-3".
 * @param {string} text
 * @returns {number} NaN where it is no finite number
 */
export function parse(text) {
  const plain = text.trim().replaceAll(MINUS, "-").replace(/^(-?\d*),(\d+)$/, "$1.$2");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return NaN;
  const value = Number(plain);
  return Number.isFinite(value) ? value : NaN;
}

const SUPERSCRIPTS = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign, digit) => [digit, sign])) };

/** A number as far as a float32 knows it: seven significant digits, no zeros that say nothing. @param {number} value */
export function exact(value) {
  const word = odd(value);
  if (word !== null) return word;
  const [digits, power] = value.toExponential(6).split("e");
  const plain = Math.abs(Number(power)) < 5 ? String(Number(value.toPrecision(7))) : null;
  return minus(plain ?? `${Number(digits)}·10${power.replace("+", "").replace(/./g, (sign) => SUPERSCRIPTS[sign])}`);
}

/** How large something small is: "3·10⁻⁸". @param {number} value */
export function size(value) {
  const word = odd(value);
  if (word !== null) return word;
  const away = Math.abs(value);
  return away === 0 || away >= 0.001 ? number(away) : exact(Number(away.toPrecision(1)));
}

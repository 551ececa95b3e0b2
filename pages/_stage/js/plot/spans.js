/** Scales that hold still: an end that is too small grows at once, one that is too large shrinks after a while. */

const PATIENCE_MS = 2000;

export class StillSpans {
  #shown = {};
  #since = {};

  /** Start over, as after a reset. */
  clear() {
    this.#shown = {};
    this.#since = {};
  }

  /**
   * The ends to show for what needs [low, high].
   * @param {string} name whose @param {number} low @param {number} high @param {number} now milliseconds
   * @returns {number[]} ends that hold both
   */
  show(name, low, high, now) {
    const shown = this.#shown[name];
    if (!shown || low < shown[0] || high > shown[1]) {
      this.#shown[name] = [Math.min(low, shown?.[0] ?? low), Math.max(high, shown?.[1] ?? high)];
      this.#since[name] = now;
    } else if (low === shown[0] && high === shown[1]) this.#since[name] = now;
    else if (now - this.#since[name] > PATIENCE_MS) {
      this.#shown[name] = [low, high];
      this.#since[name] = now;
    }
    return this.#shown[name];
  }
}

/** The next round number of the same sign at or beyond a value: 1, 2 or 5 times a power of ten. */
export function roundUp(value) {
  const size = Math.abs(value);
  if (!(size > 0) || !Number.isFinite(size)) return 0;
  const power = 10 ** Math.floor(Math.log10(size));
  return Math.sign(value) * [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= size * 0.9999);
}

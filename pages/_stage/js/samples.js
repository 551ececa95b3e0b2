/**
 * Samples as views share them: which one is chosen, what can be said of one, and their pictures, each of which is
 * asked for once and kept. An array holds pictures by its axes sample, row, column and channel.
 */

import { count, number, percent } from "./format.js";
import { canvasOf } from "./plot/pixels.js";

const AT_ONCE = { drawn: 16, known: 56 }; // pictures of one request: those that have to be drawn first take longer

/** Whether the data have other samples than those it learns from. */
export const splitOf = (store, wanted) => (store.shape?.samples?.test ? wanted : "train");

/** The chosen sample, {split, sample}. @param {object} store */
export const chosen = ({ split = "train", sample }) => ({ split, sample });

/** Choose a sample for everything that shows one; on the plane one of the test set is only pointed at. */
export function choose(store, { split, sample }) {
  if (split === "train" || store.shape.shape.length === 3) store.setSample(sample, split);
  else store.setPointed({ split, sample });
}

/** How many classes colours tell apart among samples with these targets: also where it is not they that are learned. */
export function kindsOf({ shape: { output } }, targets) {
  if (!output.picture.length) return output.classes.length;
  return targets.every(Number.isInteger) ? Math.max(0, ...targets) + 1 : 0;
}

/** In words, where measuring takes long and what is shown is of an earlier step; else "". @param {object} frame */
export const measuredLate = ({ measured_at: at, step }) => (at === undefined || at === step ? ""
  : `Measured after step ${count(at)}: that takes long, so while the network learns it is done every few epochs.`);

/**
 * A sample and what the network makes of it, in words.
 * @param {object} shape the run's
 * @param {{split: string, sample: number, target: number, loss: number, answer?: number, shares?: Float32Array, output?: number}} fact
 */
export function saidOf(shape, { split, sample, target, loss, answer, shares, output }) {
  const { classes } = shape.output;
  const name = `${split === "train" ? "training" : "test"} sample ${sample + 1}`;
  const miss = `loss ${number(loss)}`;
  if (shares) return `${name}: is ${classes[target]}, answer ${classes[answer]} (${percent(shares[answer])}), ${miss}`;
  if (output !== undefined) return `${name}: target ${number(target)}, output ${number(output)}, ${miss}`;
  return `${name}: ${miss}`;
}

class Pictures {
  #store;
  #known = new Map();
  #key = "";

  constructor(store) {
    this.#store = store;
    store.on("frame", (frame) => frame && this.#take(frame));
  }

  /** Whether there are pictures of the samples at all. */
  get any() {
    return Boolean(this.#store.shape?.pictured);
  }

  #take(frame) {
    const key = [frame.build, frame.data].join();
    if (key !== this.#key) {
      this.#known.clear();
      this.#store.setAsked("sample_pictures", null); // what was asked for may be gone
    }
    this.#key = key;
    for (const split of ["train", "test"]) {
      const [pixels, samples] = ["pixels", "samples"].map((part) => frame.arrays.get(`sample_pictures/${split}.${part}`));
      if (pixels?.axes.join() !== "sample,row,column,channel") continue;
      samples.data.forEach((sample, at) => this.#known.set(`${split}.${sample}`, canvasOf(pixels, at)));
      this.#store.setAsked("sample_pictures", null);
    }
  }

  /** A canvas with the picture, none while that is not known. @returns {HTMLCanvasElement|undefined} */
  of(split, sample) {
    return this.#known.get(`${split}.${sample}`);
  }

  /** Whether all of these are known; those that are not are asked for. @param {string} split @param {number[]} samples */
  ready(split, samples) {
    if (!this.any) return true;
    const missing = samples.filter((sample) => !this.#known.has(`${split}.${sample}`));
    if (!missing.length) return true;
    const most = this.#store.shape.provides.includes("pictures") ? AT_ONCE.known : AT_ONCE.drawn;
    if (!this.#store.asked.sample_pictures) this.#store.setAsked("sample_pictures", { split, samples: missing.slice(0, most) });
    return false;
  }

  /** What has to be asked for, of the views that show pictures. @returns {object[]} probes */
  get probes() {
    const asked = this.#store.asked.sample_pictures;
    return asked && this.any ? [{ id: "sample_pictures", ...asked }] : [];
  }
}

const all = new WeakMap();

/** The pictures of a run's samples. @param {object} store @returns {Pictures} */
export function picturesOf(store) {
  if (!all.has(store)) all.set(store, new Pictures(store));
  return all.get(store);
}

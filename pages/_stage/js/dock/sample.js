/**
 * How a sample looks, where the data have pictures: of the point under the pointer, else of the chosen one. An array is
 * a picture by its axes row, column and channel.
 */

import { h, setAttribute, setText, themeOf } from "../dom.js";
import { classKey } from "../plot/marks.js";
import { recordsLine } from "../records.js";
import { curateChip } from "../dialogs/curate.js";

const text = new TextDecoder();
const wanted = (store) => store.pointed ?? { split: store.split, sample: store.sample };

/** What has to be asked for that. @param {object} store @returns {object[]} probes */
export const pictureProbes = (store) => (store.shape?.pictured ? [{ id: "sample_picture", ...wanted(store) }] : []);

/** Only while a point is under the pointer. */
export const pointedProbes = (store) => (store.pointed ? pictureProbes(store) : []);

/** The picture, while it is known. @returns {{image: ImageData, words: string}|null} */
export function pictureOf(store) {
  const { split, sample } = wanted(store);
  const [pixels, words, of] = ["pixels", "words", "sample"].map((part) => store.latest.get(`sample_picture/${split}.${part}`));
  if (of?.data[0] !== sample || pixels?.axes?.join() !== "row,column,channel") return null;
  const [rows, columns, channels] = pixels.shape;
  const image = new ImageData(columns, rows);
  for (let at = 0; at < rows * columns; at += 1) {
    for (let channel = 0; channel < 3; channel += 1) image.data[4 * at + channel] = pixels.data[channels * at + Math.min(channel, channels - 1)];
    image.data[4 * at + 3] = 255;
  }
  return { image, words: text.decode(words.data) };
}

/** A canvas that shows one. */
export class Picture {
  #known = "";

  constructor() {
    this.element = h("canvas.sample-picture", { role: "img", width: 32, height: 32 });
  }

  /** Its element in a list, showing the sample; none while that is not known. @param {object} store */
  shown(store) {
    const found = pictureOf(store);
    if (found) this.#show(found);
    return found ? [this.element] : [];
  }

  #show({ image, words }) {
    if (words === this.#known) return;
    this.#known = words;
    Object.assign(this.element, { width: image.width, height: image.height });
    this.element.getContext("2d").putImageData(image, 0, 0);
    setAttribute(this.element, "aria-label", words);
  }
}

/**
 * What stands in the dock while nothing is looked at, of data with pictures: the goal, the classes' colours, the sample and its words.
 * @param {HTMLElement} host @param {object} store
 */
export function sampleCard(host, store) {
  const goal = h("p.goal", {});
  const key = h("p.sample-key", {});
  let named = "";
  const picture = new Picture();
  const words = h("p.sample-words", {});
  const curating = curateChip(host, store);
  const records = recordsLine(store);
  const hint = h("p.hint.sample-hint", {}, "Point at a dot on the map to see that sample; press it to keep it.");
  host.replaceChildren(goal, records.element, h("div.sample-row", {}, picture.element, h("div", {}, key, words, curating)), hint);
  return {
    update() {
      const { goal: told, output } = store.shape;
      setText(goal, told);
      records.update();
      const now = [...(output.classes ?? []), themeOf(host)].join();
      if (now !== named) key.replaceChildren(output.target === "number" ? "" : classKey(output.classes, host));
      named = now;
      if (picture.shown(store).length) setText(words, picture.element.getAttribute("aria-label"));
    },
  };
}

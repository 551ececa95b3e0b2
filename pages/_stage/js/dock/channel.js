/**
 * The card of one channel: its windows of weights, its map of the sample, and the pixel that is looked at; and the card of
 * one window, with its weights as numbers. What has weights is told by the axes of the arrays.
 */

import { h, setAttribute, setText, themeOf } from "../dom.js";
import { number } from "../format.js";
import { neuronName, numberAddress, placeName, sourceName } from "../names.js";
import { PictureSheet } from "../network/sheet.js";
import { numberField, numberText } from "./field.js";
import { tell } from "./told.js";

const LARGE = 5; // a window of more rows is shown as a picture alone
const MOST = 32; // windows in a row

const arrayAt = (store, name) => store.frame?.arrays.get(name) ?? null;

/** Whether a place belongs to pictures, or to what has no sum of its own, so that this file has its card. @param {object} shape */
export function isChannel(shape, { layer = -1 }) {
  return layer < 0 ? shape.shape.length === 3 : shape.layers[layer]?.shape.length === 3 || !shape.layers[layer]?.has_activation;
}

/** One unit's part of an array of pictures, (row, column) of bytes. */
function unitOf(array, unit) {
  const [rows, columns] = array.shape.slice(-2);
  const size = rows * columns;
  return { data: array.data.subarray(unit * size, (unit + 1) * size), shape: [rows, columns] };
}

/** A canvas of a few pixels, shown large. */
class Thumb {
  constructor(className, label) {
    this.element = h(`canvas.${className}`, { role: "img", "aria-label": label });
    this.sheet = new PictureSheet();
  }

  show(array, light, theme) {
    const from = light ? this.sheet.light({ data: array.data, shape: [1, ...array.shape] }) : this.sheet.signed(array, theme);
    if (this.element.width !== from.width || this.element.height !== from.height) Object.assign(this.element, { width: from.width, height: from.height });
    this.element.getContext("2d").drawImage(from, 0, 0);
  }
}

/** The windows of weights of one unit, a small picture for each channel that it reads; hidden where it has none. */
export function windowsOf(store, layer, unit) {
  const element = h("div.channel-windows", { role: "group", "aria-label": "Its weights as pictures", hidden: true });
  let thumbs = [];
  return {
    element,
    update(theme) {
      const array = arrayAt(store, `filters/layers.${layer}.weight`);
      element.hidden = array?.axes?.length !== 4 || unit >= array.shape[0];
      if (element.hidden) return;
      const channels = Math.min(MOST, array.shape[1]);
      if (thumbs.length !== channels) {
        thumbs = Array.from({ length: channels }, (_, channel) => new Thumb("channel-window", `Weights on channel ${channel + 1}`));
        element.replaceChildren(...thumbs.map((thumb) => thumb.element));
        element.classList.toggle("few", channels <= 3);
      }
      thumbs.forEach((thumb, channel) => thumb.show(unitOf(array, unit * array.shape[1] + channel), false, theme));
    },
  };
}

/**
 * @param {HTMLElement} host the card's body @param {object} store
 * @param {() => {layer?: number, unit?: number, input?: number, pixel?: number[]}} at what is looked at; its pixel moves
 */
export function channelCard(host, store, at) {
  const { shape } = store;
  const { layer = -1, unit, input } = at();
  const entry = shape.layers[layer] ?? null;
  const map = new Thumb("channel-map", `Map of ${placeName(shape, layer < 0 ? { input } : { layer, unit })}`);
  const windows = windowsOf(store, layer, unit);
  const where = h("p.formula.channel-where", {});
  const sum = h("p.formula", {});
  const result = h("p.formula", {});
  const bias = h("p.formula", {});
  const hint = h("p.hint", {}, "Shift + arrows move the pixel; Enter opens it.");
  host.replaceChildren(h("div.channel-row", {}, map.element, h("div.channel-says", {}, where, sum, result, bias, windows.element)), hint);
  const label = (id) => store.catalogue?.activations?.find((each) => each.id === id)?.label ?? id;

  return {
    update() {
      const { pixel } = at();
      setText(where, pixel ? `row ${pixel[0] + 1}, column ${pixel[1] + 1}` : "");
      const theme = themeOf(host);
      const name = layer < 0 ? "inputs" : `layers.${layer}`;
      const maps = arrayAt(store, `feature_maps/${name}`);
      const own = unit ?? input;
      if (maps?.axes?.length === 3 && own < maps.shape[0]) map.show(unitOf(maps, own), maps.range?.[0] === 0, theme);
      windows.update(theme);
      const form = layer < 0 ? shape.shape : shape.layers[layer].shape;
      const single = form.length === 1; // no picture, but one number
      map.element.hidden = hint.hidden = single;
      const index = single ? own : pixel && (own * form[1] + pixel[0]) * form[2] + pixel[1];
      const value = (part) => (index !== undefined ? arrayAt(store, part ? `sample_values/${name}.${part}` : `sample_values/${name}`)?.data[index] : undefined);
      if (layer < 0) {
        tell(sum, pixel ? ["pixel = ", { address: numberAddress(at()), value: value("") }] : []);
        return;
      }
      const activation = { address: numberAddress(at()), value: value("activation") };
      if (!entry.has_activation) {
        tell(sum, pixel || single ? ["value = ", activation] : []);
        return;
      }
      const place = `[${own},${pixel}]`;
      const normalized = value("normalized");
      const z = { address: `${name}.pre_activation${place}`, value: value("pre_activation") };
      const into = normalized === undefined ? z : { address: `${name}.normalized${place}`, value: normalized };
      tell(sum, pixel ? ["z = Σ w·x + b = ", z] : []);
      tell(result, pixel ? [`a = ${label(entry.activation)}(`, into, ") = ", activation] : []);
      const b = arrayAt(store, `parameters/${name}.bias`)?.data[unit];
      tell(bias, b === undefined ? [] : ["bias ", { address: `${name}.bias[${unit}]`, value: b }]);
    },
  };
}

/** The card of one window: what one channel gives each pixel of another. @param {{layer: number, unit: number, input: number}} link */
export function windowCard(host, store, { layer, unit, input }, open) {
  const { shape } = store;
  const array = arrayAt(store, `parameters/layers.${layer}.weight`);
  const [, channels, rows, columns] = array?.shape ?? [0, 1, 0, 0];
  const own = input % channels;
  const complaint = h("p.complaint", { role: "alert", hidden: true });
  const complain = (message) => {
    complaint.hidden = !message;
    setText(complaint, message);
  };
  const from = sourceName(shape, layer, input);
  const places = rows > LARGE ? [] : Array.from({ length: rows * columns }, (_, at) => [Math.floor(at / columns), at % columns]);
  const fields = places.map(([row, column]) => {
    const address = `layers.${layer}.weight[${unit},${own},${row},${column}]`;
    const name = `Weight of row ${row + 1}, column ${column + 1}`;
    return open ? numberField(store, address, name, complain) : numberText(address);
  });
  const thumb = new Thumb("channel-map", `Window of ${neuronName(shape, layer, unit)} on ${from}`);
  const grid = h("div.window-weights", { role: "group", "aria-label": "Its weights" }, ...fields.map(({ element }) => element));
  grid.style.setProperty("--columns", String(columns || 1));
  host.replaceChildren(h("p.formula", {}, placeName(shape, { link: { layer, unit, input } })), complaint,
    h("div.channel-row", {}, thumb.element, grid), h("p.hint", {}, open ? "Each weight is one number; the same window slides over the whole picture." : "Press the line to change these weights."));
  return {
    update() {
      const now = arrayAt(store, `parameters/layers.${layer}.weight`);
      if (!now || now.shape.length !== 4) return;
      const start = (unit * channels + own) * rows * columns;
      fields.forEach((field, at) => field.set(now.data[start + at]));
      const shown = arrayAt(store, `filters/layers.${layer}.weight`);
      if (shown && unit < shown.shape[0] && own < shown.shape[1]) thumb.show(unitOf(shown, unit * shown.shape[1] + own), false, themeOf(host));
      setAttribute(thumb.element, "data-weights", places.length ? [...now.data.subarray(start, start + rows * columns)].map(number).join(" ") : "");
    },
  };
}

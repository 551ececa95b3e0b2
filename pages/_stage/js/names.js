/** Names that people read for places in the network; indices count from 0 in addresses and from 1 here. */

import { count } from "./format.js";

/** @typedef {{layer: number, unit: number, pixel?: number[]}|{input: number, pixel?: number[]}|{link: {layer: number, unit: number, input: number}}} Place */

/** "Layer 2", or "Output" for the last entry. @param {object} shape @param {number} layer */
export function layerName(shape, layer) {
  return shape.layers[layer]?.output ? "Output" : `Layer ${layer + 1}`;
}

/** The class that an output neuron stands for, where each class has its own; else null. */
export function className(shape, layer, unit) {
  const { columns, classes } = shape.output;
  return shape.layers[layer]?.output && columns > 1 && columns === classes.length ? classes[unit] : null;
}

/** "Layer 2, neuron 4", "Output “setosa”"; the output layer's only neuron is "Output". */
export function neuronName(shape, layer, unit) {
  const entry = shape.layers[layer];
  if (!entry?.output) return `Layer ${layer + 1}, ${unitWord(shape, layer)} ${unit + 1}`;
  const name = className(shape, layer, unit);
  return entry.units === 1 ? "Output" : `Output ${name === null ? unit + 1 : `“${name}”`}`;
}

const CHANNELS = { 1: ["the picture"], 3: ["red", "green", "blue"] };

/** What one unit of an entry is called: a channel where it is a picture, −1 being the input. */
export const unitWord = (shape, layer) => ((layer < 0 ? shape.shape : shape.layers[layer]?.shape)?.length === 3 ? "channel" : "neuron");

/** What an input of the network is called: a column or its function, or a channel of the picture that comes in. */
export function inputName(shape, index) {
  if (shape.shape.length !== 3) return shape.inputs[index]?.label ?? `input ${index + 1}`;
  return CHANNELS[shape.shape[0]]?.[index] ?? `channel ${index + 1}`;
}

/** Where a number of a flattened picture comes from, "channel 2 (3, 1)"; "" where the entry flattens none. */
function placeInPicture(shape, layer, index) {
  const entry = shape.layers[layer];
  const from = entry?.from.length === 1 && (entry.from[0] < 0 ? shape.shape : shape.layers[entry.from[0]].shape);
  if (!from || from.length !== 3 || entry.shape.length !== 1 || entry.shape[0] !== from[0] * from[1] * from[2]) return "";
  const [, rows, columns] = from;
  const place = `(${(Math.floor(index / columns) % rows) + 1}, ${(index % columns) + 1})`;
  return from[0] === 1 ? `pixel ${place}` : `channel ${Math.floor(index / (rows * columns)) + 1} ${place}`;
}

/** What feeds input number `index` of a layer: "x₁" for the first layer, else "neuron 4" of the one before. */
export function sourceName(shape, layer, index) {
  const source = shape.layers[layer]?.from[0] ?? layer - 1;
  if (source < 0) return inputName(shape, index);
  return placeInPicture(shape, source, index) || `${unitWord(shape, source)} ${index + 1}`;
}

/** The name of any place: neuron, input or link. @param {object} shape @param {Place} place */
export function placeName(shape, place) {
  if (place.link) {
    const { layer, unit, input } = place.link;
    const entry = shape.layers[layer];
    const to = entry?.output ? neuronName(shape, layer, unit) : `${unitWord(shape, layer)} ${unit + 1}`;
    return `${sourceName(shape, layer, input)} → ${to}`;
  }
  const at = place.pixel ? `, row ${place.pixel[0] + 1}, column ${place.pixel[1] + 1}` : "";
  if (place.input !== undefined) return inputName(shape, place.input).replace(/^./, (letter) => (at ? letter.toUpperCase() : letter)) + at;
  return neuronName(shape, place.layer, place.unit) + at;
}

/** Whether a place still exists after the network has changed. @param {object} shape @param {Place|null} place */
export function exists(shape, place) {
  if (!shape || !place) return false;
  if (place.link) {
    const entry = shape.layers[place.link.layer];
    return Boolean(entry) && place.link.unit < entry.units && place.link.input < entry.inputs;
  }
  const form = place.input === undefined ? shape.layers[place.layer]?.shape : shape.shape;
  if (place.pixel && !(place.pixel[0] < form?.[1] && place.pixel[1] < form[2])) return false;
  if (place.input !== undefined) return place.input < (form.length === 3 ? form[0] : shape.inputs.length);
  return Boolean(form) && place.unit < shape.layers[place.layer].units;
}

/**
 * What is to be looked at: what the pointer is on, else what was chosen.
 * @returns {Place|null}
 */
export function focusOf(store) {
  return [store.hover, store.selected].find((place) => exists(store.shape, place)) ?? null;
}

/** The unit whose map can be shown for a place; null for links and for the output's only neuron. */
export function unitAddress(shape, place) {
  if (!exists(shape, place) || place.link) return null;
  if (place.input !== undefined) return `inputs[${place.input}]`;
  if (shape.layers[place.layer].output && shape.layers[place.layer].units === 1) return null;
  return `layers.${place.layer}.activation[${place.unit}]`;
}

/** The address of the number that a place on the picture stands for: an activation, an input's value, a weight. */
export function numberAddress({ link, layer, unit, input, pixel = [] }) {
  if (link) return `layers.${link.layer}.weight[${link.unit},${link.input}]`;
  return input === undefined ? `layers.${layer}.activation[${[unit, ...pixel]}]` : `inputs[${[input, ...pixel]}]`;
}

/** The place on the picture that a number belongs to; null for numbers of the whole network. @returns {Place|null} */
export function placeOf(address) {
  const [, layer, parameter, places] = address.match(/layers\.(\d+)\.(?:(weight)|[a-z_.]+?)[a-z_.]*\[([\d,]+)\]/) ?? [];
  const [unit, ...rest] = (places ?? address.match(/^inputs\[([\d,]+)\]/)?.[1] ?? "").split(",").map(Number);
  if (layer !== undefined && parameter && rest.length) return { link: { layer: Number(layer), unit, input: rest[0] } };
  const pixel = rest.length === 2 ? { pixel: rest } : {};
  if (layer !== undefined) return { layer: Number(layer), unit, ...pixel };
  return address.startsWith("inputs[") ? { input: unit, ...pixel } : null;
}

const OF_SAMPLE = /^(train\.)?(layers\.\d+\.(pre_activation|normalized|activation|output|mask)(\.grad)?|inputs|x|target|sample_\w+)(\[|$)/;

/** Whether a number belongs to one sample, so that its address alone does not name it. @param {string} address */
export const ofSample = (address) => OF_SAMPLE.test(address);

const LEARNED = /^(?:train\.)?(layers\.\d+\.(?:weight|bias|norm\.gain|norm\.shift|pre_activation|normalized|activation|output))(\[[\d,]+\])$/;

/** The address of the loss's gradient by a number; null where there is none, as for what is not learned from. */
export function gradientOf({ address, sample }) {
  const [, name, place] = address.match(LEARNED) ?? [];
  return name === undefined || ["test", "validation", "point"].includes(sample?.[0]) ? null : `${name}.grad${place}`;
}

/** The name of a sample as receipts give it: an index into train, ["test", 3], ["batch", 0], ["point", x₁, x₂]. */
export function sampleName(sample) {
  if (sample === null || sample === undefined) return "";
  if (Number.isInteger(sample)) return `training sample ${count(sample + 1)}`;
  const [kind, ...rest] = sample;
  if (kind === "point") return `the point (${rest.map((value) => String(Number(value.toPrecision(4))).replace("-", "−")).join(", ")})`;
  return kind === "batch" ? `sample ${count(rest[0] + 1)} of the batch` : `${kind} sample ${count(rest[0] + 1)}`;
}

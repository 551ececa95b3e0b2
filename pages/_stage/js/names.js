/** Names that people read for places in the network; indices count from 0 in addresses and from 1 here. */

import { count } from "./format.js";

/** @typedef {{layer: number, unit: number}|{input: number}|{link: {layer: number, unit: number, input: number}}} Place */

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
  if (!entry?.output) return `Layer ${layer + 1}, neuron ${unit + 1}`;
  const name = className(shape, layer, unit);
  return entry.units === 1 ? "Output" : `Output ${name === null ? unit + 1 : `“${name}”`}`;
}

/** What feeds input number `index` of a layer: "x₁" for the first layer, else "neuron 4" of the one before. */
export function sourceName(shape, layer, index) {
  if (layer === 0) return shape.inputs[index]?.label ?? `input ${index + 1}`;
  return `neuron ${index + 1}`;
}

/** The name of any place: neuron, input or link. @param {object} shape @param {Place} place */
export function placeName(shape, place) {
  if (place.link) {
    const { layer, unit, input } = place.link;
    const entry = shape.layers[layer];
    const to = entry?.output ? neuronName(shape, layer, unit) : `neuron ${unit + 1}`;
    return `${sourceName(shape, layer, input)} → ${to}`;
  }
  if (place.input !== undefined) return shape.inputs[place.input]?.label ?? "Input";
  return neuronName(shape, place.layer, place.unit);
}

/** Whether a place still exists after the network has changed. @param {object} shape @param {Place|null} place */
export function exists(shape, place) {
  if (!shape || !place) return false;
  if (place.link) {
    const entry = shape.layers[place.link.layer];
    return Boolean(entry) && place.link.unit < entry.units && place.link.input < entry.inputs;
  }
  if (place.input !== undefined) return place.input < shape.inputs.length;
  return Boolean(shape.layers[place.layer]) && place.unit < shape.layers[place.layer].units;
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
export function numberAddress({ link, layer, unit, input }) {
  if (link) return `layers.${link.layer}.weight[${link.unit},${link.input}]`;
  return input === undefined ? `layers.${layer}.activation[${unit}]` : `inputs[${input}]`;
}

/** The place on the picture that a number belongs to; null for numbers of the whole network. @returns {Place|null} */
export function placeOf(address) {
  const [, layer, parameter, unit, input] = address.match(/layers\.(\d+)\.(?:(weight)|[a-z_.]+?)[a-z_.]*\[(\d+)(?:,(\d+))?\]/) ?? [];
  if (layer !== undefined) {
    if (parameter && input !== undefined) return { link: { layer: Number(layer), unit: Number(unit), input: Number(input) } };
    return { layer: Number(layer), unit: Number(unit) };
  }
  const [, index] = address.match(/^inputs\[(\d+)\]/) ?? [];
  return index === undefined ? null : { input: Number(index) };
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

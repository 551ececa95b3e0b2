/** The dock's card of one neuron: what it adds up for the chosen sample, each number where it comes from. */

import { h, setText } from "../dom.js";
import { number } from "../format.js";
import { neuronName, placeName, sourceName } from "../names.js";
import { numberField, numberText } from "./field.js";

const array = (store, name) => store.frame?.arrays.get(name)?.data;

/** A softmax output in two lines: its own power and all of them together, then its share. */
function softmaxWords(all, unit, after) {
  const powers = Array.from(all ?? [], Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return [`z = ${number(all?.[unit])}, eᶻ = ${number(powers[unit])}, all eᶻ together = ${number(all && sum)}`,
    `a = softmax = eᶻ / all eᶻ together = ${number(after)}`];
}

/** Values that feed a layer for the chosen sample; undefined while none are known. */
function feeding(store, layer) {
  return array(store, layer === 0 ? "sample_values/inputs" : `sample_values/layers.${layer - 1}.activation`);
}

/**
 * @param {HTMLElement} host the card's body @param {object} store
 * @param {{layer: number, unit: number}} place @param {boolean} open whether numbers can be typed
 */
export function neuronCard(host, store, { layer, unit }, open) {
  const { shape } = store;
  const entry = shape.layers[layer];
  const name = neuronName(shape, layer, unit);
  const label = (folder, id) => store.catalogue?.[folder]?.find((item) => item.id === id)?.label ?? id;
  const complaint = h("p.complaint", { role: "alert", hidden: true });
  const complain = (message) => {
    complaint.hidden = !message;
    setText(complaint, message);
  };
  const make = (address, label) => (open ? numberField(store, address, label, complain) : numberText(address));
  const formula = h("p.formula", {});
  const scaled = h("p.formula", { hidden: true });
  const bias = make(`layers.${layer}.bias[${unit}]`, `Bias of ${name}`);
  const rows = Array.from({ length: entry.inputs }, (_, i) => {
    const source = sourceName(shape, layer, i);
    const weight = make(`layers.${layer}.weight[${unit},${i}]`, `Weight from ${source}`);
    return { source, weight, value: h("td.figure"), product: h("td.figure") };
  });
  const added = h("td.figure");
  // What a norm has learned of this neuron: one number in each of its arrays.
  const learned = [...(store.frame?.arrays.keys() ?? [])].filter((key) => key.startsWith(`parameters/layers.${layer}.norm.`))
    .map((key) => {
      const what = key.slice(key.lastIndexOf(".") + 1);
      return { key, what, number: make(`${key.slice("parameters/".length)}[${unit}]`, `${label("norms", entry.norm)}: ${what} of ${name}`) };
    });
  host.replaceChildren(
    scaled, formula, complaint,
    h("div.rows", { tabindex: open ? null : "0", role: "group", "aria-label": `Weights of ${name}` },
      h("table", {},
        h("thead", {}, h("tr", {}, ...["from", "weight", "× value", "= product"].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {},
          ...rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.source), h("td", {}, row.weight.element), row.value, row.product)),
          h("tr", {}, h("th", { scope: "row" }, "bias"), h("td", {}, bias.element), h("td"), added),
          ...learned.map((row) => h("tr", {}, h("th", { scope: "row" }, row.what), h("td", {}, row.number.element), h("td"), h("td")))))));
  const short = label("activations", entry.activation);
  const coupled = entry.activation === "softmax"; // each output needs the sums of all

  return {
    update() {
      const weights = array(store, `parameters/layers.${layer}.weight`);
      const biases = array(store, `parameters/layers.${layer}.bias`);
      const values = feeding(store, layer);
      const sums = array(store, `sample_values/layers.${layer}.pre_activation`);
      const before = sums?.[unit];
      const after = array(store, `sample_values/layers.${layer}.activation`)?.[unit];
      rows.forEach((row, i) => {
        const weight = weights?.[unit * entry.inputs + i];
        if (weight !== undefined) row.weight.set(weight);
        setText(row.value, number(values?.[i]));
        setText(row.product, values && weights ? number(weight * values[i]) : "–");
      });
      if (biases) bias.set(biases[unit]);
      for (const row of learned) {
        const values = store.frame?.arrays.get(row.key)?.data;
        if (values) row.number.set(values[unit]);
      }
      setText(added, number(biases?.[unit]));
      if (coupled) {
        scaled.hidden = false;
        const [powers, share] = softmaxWords(sums, unit, after);
        setText(scaled, powers);
        setText(formula, share);
        return;
      }
      const normalized = array(store, `sample_values/layers.${layer}.normalized`)?.[unit];
      scaled.hidden = normalized === undefined;
      setText(scaled, `y = ${label("norms", entry.norm)}(z) = ${number(normalized)}, z = ${number(before)}`);
      const [letter, into] = normalized === undefined ? ["z", before] : ["y", normalized];
      setText(formula, `a = ${short}(${letter}) = ${short}(${number(into)}) = ${number(after)}`);
    },
  };
}

/** The card of one link: its weight, and what it carries for the chosen sample. */
export function linkCard(host, store, { layer, unit, input }, open) {
  const { shape } = store;
  const from = sourceName(shape, layer, input);
  const address = `layers.${layer}.weight[${unit},${input}]`;
  const complaint = h("p.complaint", { role: "alert", hidden: true });
  const weight = open
    ? numberField(store, address, "Weight", (message) => {
      complaint.hidden = !message;
      setText(complaint, message);
    })
    : numberText(address);
  const carries = h("p.formula");
  const words = h("p.hint");
  host.replaceChildren(h("div.big", {}, h("span", {}, placeName(shape, { link: { layer, unit, input } })), weight.element), complaint, carries, words);
  return {
    update() {
      const value = array(store, `parameters/layers.${layer}.weight`)?.[unit * shape.layers[layer].inputs + input];
      if (value === undefined) return;
      weight.set(value);
      const fed = feeding(store, layer)?.[input];
      setText(carries, fed === undefined ? "" : `${number(value)} · ${number(fed)} = ${number(value * fed)}`);
      const way = value > 0 ? "adds to" : value < 0 ? "subtracts from" : "changes nothing in";
      setText(words, `A positive value of ${from} ${way} the sum of ${neuronName(shape, layer, unit)}. ${open ? "" : "Press the line to change it."}`);
    },
  };
}

/** The card of one input: its formula, its sentence and its value at the chosen sample. */
export function inputCard(host, store, { input }) {
  const entry = store.shape.inputs[input];
  const value = numberText(null);
  host.replaceChildren(h("p.formula", {}, entry.formula || entry.label), h("p.sentence", {}, entry.sentence ?? ""),
    h("div.big", {}, h("span", {}, "value for this sample"), value.element));
  return {
    update() {
      value.set(feeding(store, 0)?.[input] ?? NaN);
    },
  };
}

/** The dock's card of one neuron: what it adds up for the chosen sample, each number where it comes from. */

import { h, setText, themeOf } from "../dom.js";
import { count, number } from "../format.js";
import { neuronName, numberAddress, placeName, sourceName } from "../names.js";
import { heldOf } from "../network/frozen.js";
import { windowsOf } from "./channel.js";
import { numberField, numberText } from "./field.js";
import { leading, tell } from "./told.js";

const MOST_ROWS = 100; // weights as rows; all of them are on the picture above

const array = (store, name) => store.frame?.arrays.get(name)?.data;

/** A softmax output in two lines: its own power and all of them together, then its share. */
function softmaxWords(all, unit, z, a) {
  const powers = Array.from(all ?? [], Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  const towards = (value) => ({ ...a, value, leads: true });
  return [["z = ", z, ", eᶻ = ", towards(powers[unit]), ", all eᶻ together = ", towards(all && sum)],
    ["a = softmax = eᶻ / all eᶻ together = ", a]];
}

/** The address of a number that feeds a layer. */
function sourceAddress(shape, layer, index) {
  const [source] = shape.layers[layer].from;
  return numberAddress(source < 0 ? { input: index } : { layer: source, unit: index });
}

/** Values that feed a layer for the chosen sample; undefined while none are known. */
function feeding(store, layer) {
  const [source] = store.shape.layers[layer].from;
  return array(store, source < 0 ? "sample_values/inputs" : `sample_values/layers.${source}.output`)
    ?? array(store, `sample_values/layers.${source}.activation`);
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
  const pictures = windowsOf(store, layer, unit);
  const scaled = h("p.formula", { hidden: true });
  const bias = make(`layers.${layer}.bias[${unit}]`, `Bias of ${name}`);
  const sum = `layers.${layer}.pre_activation[${unit}]`;
  // What can be typed is opened by the word before it.
  const head = (address, text) => h("th", { scope: "row" }, open ? leading(address, text) : text);
  const rows = Array.from({ length: Math.min(MOST_ROWS, entry.inputs) }, (_, i) => {
    const source = sourceName(shape, layer, i);
    const weight = make(`layers.${layer}.weight[${unit},${i}]`, `Weight from ${source}`);
    return { source, weight, value: numberText(sourceAddress(shape, layer, i)), product: leading(sum, "", false) };
  });
  const added = leading(sum, "", false);
  // What a norm has learned of this neuron: one number in each of its arrays.
  const learned = [...(store.frame?.arrays.keys() ?? [])].filter((key) => key.startsWith(`parameters/layers.${layer}.norm.`))
    .map((key) => {
      const what = key.slice(key.lastIndexOf(".") + 1);
      const address = `${key.slice("parameters/".length)}[${unit}]`;
      return { key, what, address, number: make(address, `${label("norms", entry.norm)}: ${what} of ${name}`) };
    });
  host.replaceChildren(
    scaled, formula, pictures.element, complaint,
    h("div.rows", { tabindex: open ? null : "0", role: "group", "aria-label": `Weights of ${name}` },
      h("table", {},
        h("thead", {}, h("tr", {}, ...["from", "weight", "× value", "= product"].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {},
          ...rows.map((row, i) => h("tr", {}, head(`layers.${layer}.weight[${unit},${i}]`, row.source), h("td", {}, row.weight.element),
            h("td.figure", {}, row.value.element), h("td.figure", {}, row.product))),
          entry.inputs > MOST_ROWS && h("tr", {}, h("th", { scope: "row" }, `… ${count(entry.inputs - MOST_ROWS)} more`)),
          h("tr", {}, head(`layers.${layer}.bias[${unit}]`, "bias"), h("td", {}, bias.element), h("td"), h("td.figure", {}, added)),
          ...learned.map((row) => h("tr", {}, head(row.address, row.what), h("td", {}, row.number.element), h("td"), h("td")))))));
  const short = label("activations", entry.activation);
  const coupled = entry.activation === "softmax"; // each output needs the sums of all

  return {
    update() {
      pictures.update(themeOf(host));
      const weights = array(store, `parameters/layers.${layer}.weight`);
      const held = heldOf(store.frame, layer);
      const biases = array(store, `parameters/layers.${layer}.bias`);
      const values = feeding(store, layer);
      const sums = array(store, `sample_values/layers.${layer}.pre_activation`);
      const before = sums?.[unit];
      const z = { address: sum, value: before };
      const a = { address: `layers.${layer}.activation[${unit}]`, value: array(store, `sample_values/layers.${layer}.activation`)?.[unit] };
      rows.forEach((row, i) => {
        const weight = weights?.[unit * entry.inputs + i];
        if (weight !== undefined) row.weight.set(weight);
        row.weight.hold(Boolean(held?.[unit * entry.inputs + i]));
        row.value.set(values?.[i] ?? NaN);
        setText(row.product, values && weights ? number(weight * values[i]) : "–");
      });
      if (biases) bias.set(biases[unit]);
      bias.hold(Boolean(array(store, `parameters/frozen.layers.${layer}.bias`)?.[unit]));
      for (const row of learned) {
        const values = store.frame?.arrays.get(row.key)?.data;
        if (values) row.number.set(values[unit]);
        row.number.hold(Boolean(array(store, `parameters/frozen.${row.address.slice(0, row.address.indexOf("["))}`)?.[unit]));
      }
      setText(added, number(biases?.[unit]));
      if (coupled) {
        scaled.hidden = false;
        const [powers, share] = softmaxWords(sums, unit, z, a);
        tell(scaled, powers);
        tell(formula, share);
        return;
      }
      const normalized = array(store, `sample_values/layers.${layer}.normalized`)?.[unit];
      scaled.hidden = normalized === undefined;
      const y = { address: `layers.${layer}.normalized[${unit}]`, value: normalized };
      if (!scaled.hidden) tell(scaled, [`y = ${label("norms", entry.norm)}(z) = `, y, ", z = ", z]);
      const [letter, into] = normalized === undefined ? ["z", z] : ["y", y];
      tell(formula, [`a = ${short}(${letter}) = ${short}(`, into, ") = ", a]);
    },
  };
}

/** The card of one link: its weight, and what it carries for the chosen sample. */
export function linkCard(host, store, { layer, unit, input }, open) {
  const { shape } = store;
  const from = sourceName(shape, layer, input);
  const address = numberAddress({ link: { layer, unit, input } });
  const complaint = h("p.complaint", { role: "alert", hidden: true });
  const weight = open
    ? numberField(store, address, "Weight", (message) => {
      complaint.hidden = !message;
      setText(complaint, message);
    })
    : numberText(address);
  const title = placeName(shape, { link: { layer, unit, input } });
  const name = neuronName(shape, layer, unit).replace(/^Output$/, "the output");
  const carries = h("p.formula");
  const words = h("p.hint");
  host.replaceChildren(h("div.big", {}, h("span", {}, open ? leading(address, title) : title), weight.element), complaint, carries, words);
  return {
    update() {
      const value = array(store, `parameters/layers.${layer}.weight`)?.[unit * shape.layers[layer].inputs + input];
      if (value === undefined) return;
      weight.set(value);
      weight.hold(Boolean(heldOf(store.frame, layer)?.[unit * shape.layers[layer].inputs + input]));
      const fed = feeding(store, layer)?.[input];
      const sum = `layers.${layer}.pre_activation[${unit}]`;
      tell(carries, fed === undefined ? [] : [`${number(value)} · ${fed < 0 ? "(" : ""}`, { address: sourceAddress(shape, layer, input), value: fed }, fed < 0 ? ") = " : " = ",
        { address: sum, value: value * fed, leads: true }]);
      const way = value > 0 ? "adds to" : value < 0 ? "subtracts from" : "changes nothing in";
      setText(words, `A positive value of ${from} ${way} the sum of ${name.slice(0, 1).toLowerCase()}${name.slice(1)}. ${open ? "" : "Press the line to change it."}`);
    },
  };
}

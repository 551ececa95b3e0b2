/** The dock's card of one input: its formula, its sentence, and its value, which can be made up to see what would be. */

import { h, setText } from "../dom.js";
import { count } from "../format.js";
import { numberAddress } from "../names.js";
import { numberField, numberText } from "./field.js";
import { leading } from "./told.js";

/**
 * @param {HTMLElement} host the card's body @param {object} store
 * @param {{input: number}} place @param {boolean} open whether its value can be made up
 */
export function inputCard(host, store, { input }, open) {
  const entry = store.shape.inputs[input];
  const complaint = h("p.complaint", { role: "alert", hidden: true });
  const complain = (message) => {
    complaint.hidden = !message;
    setText(complaint, message);
  };
  const makeUp = (value) => {
    const { inputs = {}, ...others } = store.whatIf ?? { point: null };
    const { largest_value: most } = store.limits;
    if (!(Math.abs(value) <= most)) return { type: "refused", message: `An input must be a number between −${count(most)} and ${count(most)}.` };
    store.setWhatIf({ ...others, inputs: { ...inputs, [input]: value } });
    return { type: "done" };
  };
  const address = numberAddress({ input });
  const value = open ? numberField(store, null, `Value of ${entry.label}`, complain, makeUp) : numberText(address);
  const words = h("span", {});
  const hint = h("p.hint", {});
  host.replaceChildren(h("p.formula", {}, entry.formula || entry.label), h("p.sentence", {}, entry.sentence ?? ""),
    h("div.big", {}, open ? leading(address, "") : words, value.element), complaint, hint);
  const label = open ? host.querySelector(".big .follow") : words;
  return {
    update() {
      const { whatIf } = store;
      value.set(store.frame?.arrays.get("sample_values/inputs")?.data[input] ?? NaN);
      setText(label, whatIf ? "made-up value" : "value for this sample");
      setText(hint, !open ? "" : whatIf ? "Nothing is changed: this only shows what the network would make of it. × beside “what if” ends it."
        : "Type or drag another value, or drag across the map, to see what the network would make of it.");
    },
  };
}

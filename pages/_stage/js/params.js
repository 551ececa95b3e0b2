/**
 * Params on the stage: the JavaScript renderer of what `Param.describe()` declares.
 *
 * It is the second and last renderer; the other makes Streamlit widgets of the same declarations.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { editable, parse } from "./format.js";

/**
 * A list to choose one entry of a catalogue from: label, sentence and formula of each.
 *
 * @param {object[]} entries described entries
 * @param {string} value the chosen id
 * @param {(id: string) => void} choose
 */
function entryList(entries, value, choose) {
  const options = entries.map((entry) => h("button.option", {
    type: "button", role: "option", "data-item": true, "data-key": `option-${entry.id}`, "data-value": entry.id,
    "aria-selected": String(entry.id === value), onclick: () => choose(entry.id),
  }, h("span.option-head", {}, h("b", {}, entry.label), entry.formula ? h("code", {}, entry.formula) : null),
  h("span.option-text", {}, entry.sentence)));
  return h("div.options", { role: "listbox" }, ...options);
}

/**
 * A list to switch several entries of a catalogue on and off.
 *
 * @param {object[]} entries described entries
 * @param {Set<string>} chosen ids that are on
 * @param {(id: string) => void} toggle
 */
export function entryChecks(entries, chosen, toggle) {
  const options = entries.map((entry) => {
    const on = chosen.has(entry.id);
    const mark = h("span.ticked", { "aria-hidden": "true" });
    if (on) mark.append(icon("check"));
    return h("button.option.check", {
      type: "button", role: "option", "data-item": true, "data-key": `check-${entry.id}`, "data-value": entry.id,
      "aria-selected": String(on), onclick: () => toggle(entry.id),
    }, mark, h("span.option-head", {}, h("b", {}, entry.label), entry.formula ? h("code", {}, entry.formula) : null),
    h("span.option-text", {}, entry.sentence));
  });
  return h("div.options.columns", { role: "listbox", "aria-multiselectable": "true" }, ...options);
}

/** What a typed number becomes: within the range, whole where it must be; NaN where it is none. */
function settle(param, text) {
  const value = parse(text);
  if (Number.isNaN(value)) return value;
  const held = Math.min(param.maximum ?? Infinity, Math.max(param.minimum ?? -Infinity, value));
  return param.kind === "integer" ? Math.round(held) : held;
}

function numberField(param, value, change) {
  const field = h("input", {
    type: "text", inputmode: param.kind === "integer" ? "numeric" : "decimal", autocomplete: "off",
    "aria-label": param.label, title: param.sentence, value: editable(value),
  });
  let asked = value;
  const take = () => {
    const next = settle(param, field.value);
    if (Number.isNaN(next)) field.value = editable(value);
    else {
      field.value = editable(next);
      if (next !== asked) change(next);
      asked = next;
    }
  };
  field.addEventListener("change", take);
  field.addEventListener("keydown", (event) => {
    const by = { ArrowUp: param.step, ArrowDown: -param.step }[event.key];
    if (!by) return;
    event.preventDefault();
    field.value = editable(settle(param, String((parse(field.value) || 0) + by)));
    take();
  });
  field.addEventListener("focus", () => field.select());
  return field;
}

function choiceField(param, value, change) {
  const options = param.choices.map((choice, at) =>
    h("option", { value: String(choice) }, param.labels?.[at] ?? String(choice)));
  const field = h("select", { "aria-label": param.label, title: param.sentence }, ...options);
  field.value = String(value);
  field.addEventListener("change", () => change(param.choices[field.selectedIndex]));
  return field;
}

function entryField(param, value, change, entries) {
  const options = entries.map((entry) => h("option", { value: entry.id, title: entry.sentence }, entry.label));
  const field = h("select", { "aria-label": param.label, title: param.sentence }, ...options);
  field.value = value;
  field.addEventListener("change", () => change(field.value));
  return field;
}

function flagField(param, value, change) {
  const field = h("input", { type: "checkbox", "aria-label": param.label, title: param.sentence, checked: Boolean(value) });
  field.addEventListener("change", () => change(field.checked));
  return field;
}

/**
 * The control of one Param: a number, a choice, a flag or a catalogue's entry.
 *
 * @param {object} param as described
 * @param {any} value
 * @param {(value: any) => void} change
 * @param {object} [catalogue] described catalogues by folder, for entries
 */
export function control(param, value, change, catalogue = {}) {
  if (param.kind === "flag") return flagField(param, value, change);
  if (param.kind === "choice") return choiceField(param, value, change);
  if (param.kind === "entry") {
    const draw = param.advanced ? entryField : (_, ...rest) => entryList(rest[2], rest[0], rest[1]);
    return draw(param, value?.kind ?? value, change, catalogue[param.catalogue] ?? []);
  }
  return numberField(param, value, change);
}

/** A Param's control with its name before it and, below, its sentence, or that of the entry that is chosen. */
export function row(param, value, change, catalogue = {}) {
  const entry = catalogue[param.catalogue]?.find(({ id }) => id === (value?.kind ?? value));
  const field = control(param, value, change, catalogue);
  field.dataset.key ??= `param-${param.id}`;
  return h("label.param", { "data-control": param.id }, h("b", {}, param.label), field, h("span.option-text", {}, entry?.sentence ?? param.sentence));
}

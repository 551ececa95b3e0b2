/** The dialog to curate many training samples at once: by a field of their records, or from another edition. */

import { h } from "../dom.js";
import { count } from "../format.js";
import { openDialog } from "./dialog.js";

const COMPARED = [["is", "is"], ["from", "is at least"], ["below", "is below"]];

/** The button that opens it. @param {Element} anchor @param {object} store @returns {HTMLElement} */
export const curateChip = (anchor, store) => h("button.chip", {
  type: "button", title: "Leave training samples out, label them anew, or bring some in", onclick: () => open(anchor, store),
}, "Curate…");

/** Opens it. @param {Element} anchor @param {object} store */
export function open(anchor, store) {
  const { sample, split } = store;
  const { fields = [], editions = [], output } = store.shape;
  const status = h("div.notes", { role: "status" });
  const act = async (args, words) => {
    const answer = await store.do("curate", args, { quiet: true });
    const done = answer?.type === "answer";
    const number = done ? answer.result.count : 0;
    status.replaceChildren(h("p", {}, done ? `${count(number)} ${number === 1 ? "sample" : "samples"}: ${words} From the next epoch on. Undo takes it back.`
      : answer?.message ?? "The server did not answer; please try again."));
  };
  const parts = [h("p", {}, "Only what the network learns from is changed; test data stay as they are.")];
  if (split === "train") parts.push(ofSample(sample, output.classes, act));
  if (fields.length) parts.push(byField(fields, output.classes, act));
  if (editions.length) parts.push(fromEdition(editions, act));
  const changed = store.spec.data.curated.length;
  parts.push(h("section.part", {}, h("h4", {}, "Take back"),
    h("div.curate-line", {}, h("button", { type: "button", onclick: () => act({ change: "include" }, "as they were at first.") }, "Take all changes back"),
      h("span", {}, changed ? `${count(changed)} ${changed === 1 ? "sample is" : "samples are"} changed now.` : "No sample is changed now."))), status);
  const dialog = openDialog(anchor, { title: "Curate the training data", body: [h("div.curate", {}, ...parts)] });
  dialog.element.dataset.dialog = "curate";
  return dialog;
}

function ofSample(sample, classes, act) {
  const one = { samples: [sample] };
  const label = h("select", { "aria-label": "Learn this sample as" }, ...classes.map((name, at) => h("option", { value: String(at) }, name)));
  return h("section.part", {}, h("h4", {}, `Training sample ${count(sample + 1)}`),
    h("div.curate-line", {}, h("button", { type: "button", onclick: () => act({ change: "exclude", ...one }, "left out.") }, "Leave it out"),
      classes.length > 0 && h("span", {}, "or learn it as"), classes.length > 0 && label,
      classes.length > 0 && h("button", { type: "button", onclick: () => act({ change: "relabel", class: Number(label.value), ...one }, `learned as ${classes[Number(label.value)]}.`) }, "Label it so")));
}

function byField(fields, classes, act) {
  const field = h("select", { "aria-label": "Field of the record", onchange: () => suit() },
    ...fields.map(({ id, name, unit }) => h("option", { value: id }, unit ? `${name} (${unit})` : name)));
  const compare = h("select", { "aria-label": "How it compares" }, ...COMPARED.map(([id, words]) => h("option", { value: id }, words)));
  const value = h("input", { type: "text", maxlength: 60, "aria-label": "Value" });
  const change = h("select", { "aria-label": "What is done" }, h("option", { value: "exclude" }, "leave out"), h("option", { value: "include" }, "take back"),
    ...classes.map((name, at) => h("option", { value: String(at) }, `learn as ${name}`)));
  const suit = () => {
    const words = fields.find(({ id }) => id === field.value).words;
    compare.disabled = words;
    if (words) compare.value = "is";
  };
  suit();
  const go = () => {
    const to = change.value;
    const what = /^\d/.test(to) ? { change: "relabel", class: Number(to) } : { change: to };
    const words = { exclude: "left out.", include: "taken back." }[to] ?? `learned as ${classes[Number(to)]}.`;
    act({ ...what, field: field.value, compare: compare.value, value: value.value.trim() }, words);
  };
  return h("section.part", {}, h("h4", {}, "By the samples’ records"),
    h("div.curate-line", {}, h("span", {}, "All whose"), field, compare, value, change, h("button", { type: "button", onclick: go }, "Do it")));
}

function fromEdition(editions, act) {
  const edition = h("select", { "aria-label": "Edition" }, ...editions.map((name) => h("option", { value: name }, name.replaceAll("_", " "))));
  const many = h("input", { type: "number", min: 1, max: 500, value: 20, "aria-label": "How many" });
  return h("section.part", {}, h("h4", {}, "From another edition"),
    h("div.curate-line", {}, h("span", {}, "Bring in"), many, h("span", {}, "samples of"), edition,
      h("button", { type: "button", onclick: () => act({ change: "add", edition: edition.value, count: Number(many.value) }, `brought in from “${edition.value}”.`) }, "Bring in")));
}

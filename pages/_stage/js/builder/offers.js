/** What can be put at a place, as a list to type in and to choose from. What mends something comes first, then what fits. */

import { h } from "../dom.js";
import { parameterWords, shapeWords } from "./words.js";

let ids = 0;

/** Whether every word that was typed is in what an entry is called. */
const matches = (typed, { id, label, sentence }) =>
  typed.toLowerCase().split(/\s+/).every((word) => `${label} ${id.replaceAll("_", " ")} ${sentence}`.toLowerCase().includes(word));

/** Matches of the name before matches of the sentence, so that “add” finds Add first; a whole network has no second name. */
const rank = (typed, { id, label, folder }) => {
  const [word, name] = [typed.toLowerCase(), label.toLowerCase()];
  return name.startsWith(word) || (folder !== "starts" && id.startsWith(word)) ? 0 : name.includes(word) ? 1 : 2;
};

/** The entries of one catalogue that are offered, each described, with its `offer`. */
export function described(found, catalogue, folder) {
  const known = new Map((found[folder] ?? []).map((offer) => [offer.id, offer]));
  return (catalogue[folder] ?? []).filter(({ id }) => known.has(id)).map((entry) => ({ ...entry, folder, offer: known.get(entry.id) }));
}

/**
 * The offers of a place in groups, from the answer of the action "offers" and the described catalogues.
 *
 * @param {object} found the answer @param {object} catalogue described catalogues
 * @returns {{name: string, entries: object[]}[]} each entry described, with its `offer`
 */
export function grouped(found, catalogue) {
  const [layers, blocks, starts] = ["layers", "blocks", "starts"].map((folder) => described(found, catalogue, folder));
  const fits = ({ offer }) => (offer.sources ? offer.sources.some(({ why }) => !why) : !offer.why);
  const mends = ({ offer }) => offer.mends && fits({ offer });
  return [
    { name: "Mends the network", entries: [...layers, ...blocks].filter(mends) },
    { name: "Layers that fit here", entries: layers.filter((entry) => fits(entry) && !mends(entry)) },
    { name: "Blocks of several layers", entries: blocks.filter((entry) => fits(entry) && !mends(entry)) },
    { name: "Put a whole network in place of this one", entries: starts },
    { name: "Does not fit here", entries: [...layers, ...blocks].filter((entry) => !fits(entry)) },
  ].filter(({ entries }) => entries.length);
}

/** Why an entry does not fit, or "". */
export function whyNot({ offer, label }) {
  if (!offer.sources) return offer.why;
  if (offer.sources.some(({ why }) => !why)) return "";
  return offer.sources[0]?.why ?? `${label} brings two layers together, and there is only one here.`;
}

/**
 * The field to type in and the list below it: arrows move, Enter chooses.
 *
 * @param {{name: string, entries: object[]}[]} groups @param {(entry: object) => void} choose
 * @param {{typed?: string, label: string, hint: string, noted?: (typed: string) => void, looked?: (entry: object) => void}} words
 *   `looked` is told which entry Enter would choose
 * @returns {Node[]}
 */
export function picker(groups, choose, { label, hint, typed = "", noted = () => {}, looked = () => {} }) {
  const id = `offers-${ids += 1}`;
  const list = h("div.offers", { role: "listbox", id, "aria-label": label });
  const field = h("input.find", {
    type: "text", role: "combobox", "aria-label": hint, placeholder: hint, autocomplete: "off", spellcheck: "false",
    "aria-expanded": "true", "aria-controls": id, "aria-autocomplete": "list", "data-key": "find", value: typed,
  });
  let shown = [];
  let at = 0;
  const mark = (next) => {
    at = Math.max(0, Math.min(shown.length - 1, next));
    shown.forEach(({ option }, place) => option.setAttribute("aria-selected", String(place === at)));
    const option = shown[at]?.option;
    field.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
    looked(shown[at]?.entry);
  };
  const fill = () => {
    shown = [];
    const word = field.value.trim();
    const nodes = groups.flatMap(({ name, entries }) => {
      const kept = entries.filter((entry) => matches(word, entry));
      if (word) kept.sort((a, b) => rank(word, a) - rank(word, b));
      if (!kept.length) return [];
      const rows = kept.map((entry) => {
        const option = optionOf(entry, () => choose(entry));
        option.id = `${id}-${shown.length}`;
        shown.push({ option, entry });
        return option;
      });
      return [h("div.shelf-name", { role: "presentation" }, name), ...rows];
    });
    list.replaceChildren(...(nodes.length ? nodes : [h("p.none", {}, "Nothing is called like that.")]));
    // The best name first, wherever its group stands; what is called so but does not fit says that at its place.
    const called = shown.filter(({ entry }) => word && rank(word, entry) === 0);
    const best = called.find(({ entry }) => !whyNot(entry)) ?? called[0];
    mark(best ? shown.indexOf(best) : 0);
  };
  field.addEventListener("input", () => {
    noted(field.value);
    fill();
  });
  field.addEventListener("keydown", (event) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 6, PageUp: at - 6 }[event.key];
    if (to !== undefined) mark(to);
    else if (event.key === "Enter" && shown[at]) choose(shown[at].entry);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  fill();
  return [field, list];
}

function optionOf(entry, choose) {
  const { offer, folder, label, sentence } = entry;
  const why = whyNot(entry);
  const after = offer.sources ? "needs a second layer" : offer.shape?.length ? `→ ${shapeWords(offer.shape)}` : "";
  return h("button.option.offer", {
    type: "button", role: "option", tabindex: -1, "aria-selected": "false", "data-value": entry.id, "data-folder": folder, "data-fits": why ? "no" : "yes",
    onclick: choose,
  }, h("span.option-head", {}, h("b", {}, label), h("code", {}, why ? "" : after)),
  h("span.option-text", {}, why || sentence, !why && offer.parameters ? h("small", {}, ` ${parameterWords(offer)}`) : null));
}

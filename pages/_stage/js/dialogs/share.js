/** Share: this page's link, files to take away, a link for a class that hides controls, a box that opens a link. */

import { h } from "../dom.js";
import { openDialog } from "./dialog.js";
import { savedOpener } from "./saved.js";
import { takeaway } from "./takeaway.js";

/** Controls of the stage itself, which no Param declares. */
const STAGE = [
  ["play", "Play and pause"], ["step", "Step"], ["reset", "Reset"], ["speed", "Speed"], ["add_layer", "Add a layer"],
  ["remove_layer", "Remove a layer"], ["units", "Number of neurons"], ["activation", "Activation of a layer"],
  ["inputs", "Choice of inputs"], ["draw", "Draw points"], ["show_test", "Show test data"], ["discretize", "Discretize"],
  ["log_loss", "Logarithmic scale"], ["share", "Share"],
  ["timeline", "Timeline"], ["fork", "Branch from here"], ["microscope", "Microscope"],
];

/** Params that have no control of their own: those of single layers and of the view have theirs on the picture. */
const PLACELESS = /^(view\.|network\.layers|data\.points$|task$)/;

/** Buttons of the settings that no Param declares either. */
const SETTINGS = { Data: [["regenerate_data", "New points"]] };

const GROUPS = { data: "Data", inputs: "Data", network: "Network", learning: "Learning", seed: "Learning" };

const full = (hash) => `${location.origin}${location.pathname}#${hash}`;

/**
 * Opens the dialog.
 * @param {Element} anchor any element of the stage @param {object} store
 */
export function open(anchor, store) {
  const hidden = new Set(store.view?.hidden ?? []);
  return openDialog(anchor, {
    title: "Share",
    wide: true,
    body: [h("div.two", {},
      h("div", {}, mine(store), opener(store), savedOpener(store)),
      h("div", {}, takeaway(anchor, store, () => full(store.hash)))),
    ...(hidden.has("share") ? [] : [classroom(store, hidden)])],
  });
}

function part(title, sentence, ...children) {
  return h("section.part", {}, h("h4", {}, title), sentence && h("p", {}, sentence), ...children);
}

/** A read-only link with a button that copies it. */
function linkField(label) {
  const field = h("input.link", { type: "text", readonly: true, "aria-label": label, onfocus: () => field.select() });
  const status = h("span.status", { role: "status" });
  const button = h("button.primary", { type: "button", onclick: () => copy(field, button, status) }, "Copy");
  return { row: h("div.link-row", {}, field, button), status, set: (text) => {
    field.value = text;
    status.textContent = "";
    button.textContent = "Copy";
  } };
}

/** Sentences on what a link cannot hold, from the answer that gives the link. */
function leftOut() {
  const element = h("div.notes", { role: "status" });
  return { element, say: (answer) => element.replaceChildren(...(answer?.notes ?? []).map((note) => h("p", {}, note))) };
}

// Browsers refuse the clipboard on plain http from another machine: then the old command, then the person's own keys.
async function copy(field, button, status) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.focus();
    field.select();
    if (!document.execCommand?.("copy")) {
      status.textContent = "The browser does not let pages copy here. The link is selected: press Ctrl C (⌘ C on a Mac).";
      return;
    }
  }
  button.textContent = "Copied";
  status.textContent = "The link is copied.";
}

function mine(store) {
  const field = linkField("Link to this page");
  field.set(full(store.hash));
  const missing = leftOut();
  const sentence = h("p", {});
  const say = (withWeights) => {
    sentence.textContent = withWeights ? "It holds all settings, and the weights as they are now: opening it starts from these, at step 0."
      : store.changed ? "It holds all settings and opens at step 0. The weights or settings were changed on the way, which it says too."
        : "It holds all settings; opening it gives the same network, data and curve from step 0.";
  };
  const plain = () => store.socket.send({ type: "link", run: store.run, view: {} }).then(missing.say);
  plain();
  const weights = h("input", { type: "checkbox", role: "switch", onchange: async () => {
    field.set(full(store.hash));
    say(false);
    if (!weights.checked) return plain();
    const answer = await store.do("share_weights", { view: {} });
    const { hash = null, notes = [answer?.message ?? "The server gave no link; please try again."] } = answer?.result ?? {};
    weights.checked = hash !== null;
    say(weights.checked);
    if (hash !== null) field.set(full(hash));
    return missing.say({ notes });
  } });
  say(false);
  const tick = h("label.tick", {}, weights, "With its weights as they are now");
  return part("This page", null, sentence, field.row, field.status, tick, missing.element);
}

/** What the page declares now, and what it will once a person chooses another entry: another optimizer, another data set. */
function declared({ params = {}, catalogue = {} }) {
  const found = new Map(Object.entries(params));
  for (const [path, param] of [...found]) {
    if (param.kind !== "entry" || PLACELESS.test(path)) continue;
    const parent = path.replace(/\.kind$/, "");
    for (const inner of (catalogue[param.catalogue] ?? []).flatMap((entry) => entry.params ?? [])) {
      const its = `${parent}.${inner.id}`;
      if (!found.has(its)) found.set(its, inner);
    }
  }
  return found;
}

/** Every control that can be hidden, in groups: [group, [[id, label], …]]. */
function controls(store) {
  const known = new Set(STAGE.map(([id]) => id));
  const ofLayers = new Map((store.catalogue.layers ?? []).flatMap(({ params }) => params)
    .filter(({ id }) => !known.has(id)).map(({ id, label }) => [id, `${label} of a layer`]));
  const groups = new Map([["On the picture", [...STAGE, ...ofLayers]]]);
  for (const [name, buttons] of Object.entries(SETTINGS)) groups.set(name, [...buttons]);
  for (const [path, param] of declared(store)) {
    const group = GROUPS[path.split(".")[0]] ?? "More";
    if (PLACELESS.test(path) || STAGE.some(([id]) => id === path)) continue;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push([path, param.label ?? path]);
  }
  return ["Data", "Network", "Learning", "On the picture", "More"].filter((name) => groups.has(name)).map((name) => [name, groups.get(name)]);
}

function classroom(store, already) {
  const hidden = new Set(already);
  const field = linkField("Link for a class");
  const missing = leftOut();
  let serial = 0;
  const ask = async () => {
    const mineSerial = (serial += 1);
    const view = { ...store.view, hidden: [...hidden] };
    const answer = await store.socket.send({ type: "link", run: store.run, view });
    if (mineSerial !== serial) return;
    missing.say(answer);
    if (answer?.hash) field.set(full(answer.hash));
    else field.status.textContent = answer?.message ?? "The server gave no link; please try again.";
  };
  const tick = (id, label) => {
    const box = h("input", { type: "checkbox", checked: hidden.has(id), onchange: () => {
      if (box.checked) hidden.add(id);
      else hidden.delete(id);
      ask();
    } });
    return h("label.tick", {}, box, label);
  };
  const groups = controls(store).map(([name, list]) => h("fieldset", {}, h("legend", {}, name), ...list.map(([id, label]) => tick(id, label))));
  const fold = h("details", { ontoggle: () => fold.open && !serial && ask() },
    h("summary", {}, "Choose what to hide"),
    h("div.ticks", {}, ...groups), field.row, field.status, missing.element);
  return part("For a class", "Tick what the class should not see. The link opens this page without it.", fold);
}

function opener(store) {
  const text = h("input.link", { type: "text", "aria-label": "Link to open", placeholder: "Paste a link here", autocomplete: "off", spellcheck: "false" });
  const notes = h("div.notes", { role: "status" });
  const say = (...sentences) => notes.replaceChildren(sentences.length > 1
    ? h("ul", {}, ...sentences.map((sentence) => h("li", {}, sentence))) : h("p", {}, sentences[0] ?? ""));
  const open = async () => {
    const link = text.value.trim();
    if (!link) {
      say("Paste a link first.");
      text.focus();
      return;
    }
    const heard = [];
    const off = store.on("notice", (notice) => heard.push(notice.text));
    const answer = await store.openLink(link);
    // Notes about what a link did not say come as notices right after the answer.
    setTimeout(() => {
      off();
      const list = [...new Set([...(answer?.notes ?? []), ...heard])];
      if (answer?.type === "refused") say(answer.message);
      else if (list.length) say("The link is open.", ...list);
      else say("The link is open.");
    }, 120);
  };
  const form = h("form.link-row", { onsubmit: (event) => {
    event.preventDefault();
    open();
  } }, text, h("button", { type: "submit" }, "Open"));
  return part("Open a link", "One of ours, or one of TensorFlow Playground’s.", form, notes);
}

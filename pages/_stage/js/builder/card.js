/** A layer's card: everything that can be set of it and done with it, in place. */

import { h } from "../dom.js";
import { costWords } from "../network/cost.js";
import { isLayerFrozen } from "../network/frozen.js";
import { control, row } from "../params.js";
import { openPopover } from "../popover.js";
import { joining } from "./joining.js";
import { repairs } from "./misfits.js";
import { stepped } from "./moves.js";
import { carryOut, openPalette } from "./palette.js";
import { capital, entryWords, shapeOf, shapeWords } from "./words.js";

const SURGERY = [["freeze", "Freeze"], ["zero", "Zero"], ["flip", "Flip"], ["randomize", "Redraw"]];

/**
 * Open the card of layer `at` at its head.
 *
 * @param {HTMLElement} anchor @param {import("../store.js").RunStore} store @param {number} at
 * @param {{phone: boolean, units: import("./units.js").Units, follow: (popover: object) => void}} head
 */
export function openCard(anchor, store, at, { phone, units, follow }) {
  const root = anchor.getRootNode();
  const shown = (id) => !store.view.hidden.includes(id);
  const connecting = joining(store, at, () => popover?.refresh());
  const popover = openPopover(anchor, (close) => {
    const { shape, catalogue, spec } = store;
    const layer = shape.layers[at];
    if (!layer || layer.output || !spec) return [];
    if (connecting.open) return connecting.content(close, root);
    const entry = catalogue.layers?.find(({ id }) => id === layer.kind);
    const act = (operation, ...keys) => {
      close();
      return carryOut(store, operation, root, ...keys);
    };
    return [
      header(store, at, phone && shown("units") ? units.control(at, "card-units") : null),
      layer.misfit && h("div.card-misfit", {}, h("p", {}, layer.misfit.message), repairs(store, layer.misfit, root, close)),
      layer.merges && sources(store, at),
      ...settings(store, at, entry?.params ?? [], close, shown),
      shape.cost && h("p.cost-words", {}, `${costWords(shape.cost.layers[at])} a sample`),
      shape.cost?.layers[at].parameters > 0 && surgery(store, at, close),
      shown("add_layer") && h("footer", {},
        button("Connect…", () => connecting.start(), { "aria-keyshortcuts": "C", "data-key": "connect" }),
        button("Duplicate", () => act({ name: "duplicate_layer", index: at }, `layer-${at + 1}`), { "aria-keyshortcuts": "Control+D" }),
        ...[[-1, "Earlier", "Alt+ArrowLeft"], [1, "Later", "Alt+ArrowRight"]].map(([by, text, keys]) => {
          const operation = stepped(shape, at, by);
          return button(text, () => operation && act(operation, `layer-${operation.to}`), { "aria-disabled": operation ? null : "true", "aria-keyshortcuts": keys, title: `Move this layer one place ${text.toLowerCase()}` });
        })),
      h("footer", {}, ...(phone && shown("add_layer") ? [-1, 1].filter((side) => placeBeside(shape, at, side)).map((side) => button(side < 0 ? "Add before" : "Add after", async () => {
        close();
        const place = placeBeside(shape, at, side);
        follow(await openPalette(root.querySelector(`[data-key="layer-${at}"]`) ?? anchor, store, place));
      })) : []),
      shown("remove_layer") && button("Remove layer", () => act({ name: "remove_layer", index: at }, `layer-${at}`, `layer-${at - 1}`), { class: "warn", "aria-keyshortcuts": "Delete" })),
    ].filter(Boolean);
  }, { label: `Layer ${at + 1}`, className: "layer-card", closed: () => store.emit("aim", null) });
  follow(popover);
  return { popover, connect: () => connecting.start() };
}

const button = (text, onclick, more = {}) => h("button", { type: "button", onclick, ...more }, text);

/** The way in behind a layer, or before it; null behind one that no other reads. */
function placeBeside({ layers }, at, side) {
  if (side < 0) return { index: at, port: 0 };
  const target = layers.findIndex(({ from }, index) => index > at && from.includes(at));
  return target < 0 ? null : { index: target, port: layers[target].from.indexOf(at) };
}

function header({ shape }, at, units) {
  const layer = shape.layers[at];
  const neurons = layer.shape.length === 1 ? `${layer.units} ${layer.units === 1 ? "neuron" : "neurons"}` : "";
  const words = neurons && layer.kind === "dense" ? neurons : `${layer.from.map((from) => shapeWords(shapeOf(shape, from))).join(", ")} → ${shapeWords(layer.shape)}`;
  return h("header", {}, h("b", {}, `Layer ${at + 1}`, layer.kind === "dense" ? null : ` · ${layer.label}`), units ?? h("span", {}, words));
}

/** Every Param of a layer but the size that stands in its head: its own in a grid, then those of its block. */
function settings(store, at, params, close, shown) {
  const { shape, catalogue, spec } = store;
  const { address, kind } = shape.layers[at];
  const value = ({ id, default: usual }) => spec.network.layers[at][id] ?? usual;
  const set = (param, leaves) => (next) => {
    if (leaves) close();
    store.propose({ [`network.${address}.${param.id}`]: next });
  };
  const drawn = params.filter(({ id }) => shown(id));
  const own = drawn.filter(({ kind: type, id }) => type !== "entry" && id !== "dropout" && !(kind === "dense" && id === "units"));
  const block = drawn.filter((param) => param.kind === "entry" || param.id === "dropout");
  const knob = (param) => {
    const field = control(param, value(param), set(param), catalogue);
    field.dataset.key ??= `param-${param.id}`;
    return h("label.knob", { "data-control": param.id, title: param.sentence }, h("b", {}, param.label), field);
  };
  // A dense layer has little else to choose, so its activations stand there with their formulas.
  const drawing = (param) => (!param.advanced && own.length === 0 ? control(param, value(param), set(param, true), catalogue)
    : row({ ...param, advanced: true }, value(param), set(param), catalogue));
  return [own.length ? h("div.knobs", {}, ...own.map(knob)) : null, ...block.map(drawing)];
}

/** What a merge brings together, each with the button that takes it away; and which kind of merge it is. */
function sources(store, at) {
  const { shape, catalogue } = store;
  const { from, kind } = shape.layers[at];
  const kinds = catalogue.layers.filter(({ merges }) => merges);
  const choice = h("select", { "aria-label": "How they come together", "data-key": "merge-kind" }, ...kinds.map(({ id, label }) => h("option", { value: id }, label)));
  choice.value = kind;
  choice.addEventListener("change", () => store.operate({ name: "set_layer", index: at, values: { kind: choice.value } }));
  return h("div.sources", {}, kinds.length > 1 ? h("label.knob", {}, h("b", {}, "How they come together"), choice) : null,
    ...from.map((source) => h("div.source", {}, h("span", {}, capital(entryWords(shape, source))), h("code", {}, shapeWords(shapeOf(shape, source))),
      from.length > 1 ? h("button", { type: "button", "aria-label": `Take the connection from ${entryWords(shape, source)} away`, onclick: () => store.operate({ name: "disconnect", source, target: at }) }, "×") : null)));
}

function surgery(store, at, close) {
  const operate = async (operation) => {
    close();
    const answer = await store.operateOn(operation, store.shape.layers[at].address);
    if (answer.result) store.say(`${answer.result.done} ${answer.result.sentence}`);
  };
  const frozen = isLayerFrozen(store, at);
  return h("footer", { role: "group", "aria-label": `Weights and biases of layer ${at + 1}` }, ...SURGERY.map(([id, text]) => {
    const operation = id === "freeze" && frozen ? "unfreeze" : id;
    return button(operation === "unfreeze" ? "Unfreeze" : text, () => operate(operation), { "data-operation": operation });
  }));
}

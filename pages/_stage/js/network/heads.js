/**
 * Above the columns: what each layer is, and the buttons that change it in place.
 */

import { openCard } from "../builder/card.js";
import { keyed } from "../builder/keyed.js";
import { carryOut } from "../builder/palette.js";
import { Units } from "../builder/units.js";
import { shapeWords } from "../builder/words.js";
import { h } from "../dom.js";
import { number } from "../format.js";
import { icon } from "../icons.js";
import { costWords } from "./cost.js";
import { entryChecks } from "../params.js";
import { openPopover } from "../popover.js";

const label = (entries, id) => entries?.find((entry) => entry.id === id)?.label ?? id;

/** A layer of neurons is called by what it makes of its sums, so is an activation alone; any other by its kind. */
const CALLED_BY_ACTIVATION = ["dense", "activation"];

export class Heads {
  #known = "";
  #open = null; // the popover that follows the run

  /** @param {HTMLElement} host @param {import("../store.js").RunStore} store @param {import("../builder/builder.js").Builder} builder */
  constructor(host, store, builder) {
    this.builder = builder;
    this.host = host;
    this.store = store;
    this.units = new Units(store);
    this.off = store.on("run", () => this.#open?.refresh());
  }

  destroy() {
    this.off();
    this.#open?.close();
  }

  /** Put the heads over a layout's columns; made anew only when the network changed. */
  update(layout, phone) {
    const { shape, limits, catalogue } = this.store;
    const known = JSON.stringify([shape.inputs.length, shape.shape, shape.layers, catalogue.inputs?.length, phone, limits]);
    if (known !== this.#known) {
      this.#known = known;
      this.#build(layout, phone);
    }
    for (const node of this.host.children) {
      const column = layout.columns[node.dataset.column];
      node.style.left = `${column.x}px`;
      node.style.top = column.headTop ? `${column.headTop}px` : "";
      node.style.setProperty("--room", `${Math.floor(layout.spacing - 4)}px`);
    }
    this.host.classList.toggle("tight", layout.tight);
  }

  #build(layout, phone) {
    const key = this.host.getRootNode().activeElement?.dataset.key;
    const heads = layout.columns.map((column, at) => this.#head(column, phone, at));
    this.host.replaceChildren(...heads);
    if (key) this.host.querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
  }

  #head(column, phone, at) {
    const { shape, catalogue } = this.store;
    if (column.kind === "inputs") return this.#inputs(at);
    if (column.kind === "fold") {
      return h("div.head", { "data-column": at }, h("b", {}, "…"), h("span.sub", {}, `${column.layers} more`));
    }
    const layer = shape.layers[column.layer];
    const name = label(catalogue.activations, layer.activation);
    const marks = this.#marks(layer);
    if (column.output) {
      const sentence = catalogue.activations?.find((entry) => entry.id === layer.activation)?.sentence ?? "";
      return h("div.head", { "data-column": at, title: sentence }, h("b", {}, "Output"), h("span.sub", {}, name));
    }
    const entry = catalogue.layers?.find(({ id }) => id === layer.kind);
    const title = CALLED_BY_ACTIVATION.includes(layer.kind) ? [name] : [h("span.long", {}, layer.label), h("span.short", {}, entry?.short ?? layer.label)];
    if (phone) {
      return h("div.head", { "data-column": at }, this.#opener(column.layer, phone, h("b", {}, shapeWords(layer.shape)), h("span.sub", {}, ...title), marks));
    }
    const remove = h("button.remove", {
      type: "button", "aria-label": `Remove layer ${column.layer + 1}`, title: "Remove this layer",
      "data-control": "remove_layer", "data-command": "remove_layer", "data-key": `remove-${column.layer}`,
      onclick: () => this.#remove(column.layer),
    }, icon("close"));
    return h("div.head", { "data-column": at, "data-entry": column.layer },
      this.#opener(column.layer, phone, h("b", {}, ...title), marks), this.units.control(column.layer) ?? h("span.sub", {}, shapeWords(layer.shape)), remove);
  }

  /** What else the layer does besides its activation, as words for the eye and the ear. */
  #extras({ norm, dropout }) {
    const { catalogue } = this.store;
    return [
      norm && norm !== "none" && [norm[0].toUpperCase(), label(catalogue.norms, norm)],
      dropout > 0 && ["D", `dropout ${number(dropout)}`],
    ].filter(Boolean);
  }

  #active({ kind, has_activation: has, activation }) {
    return !CALLED_BY_ACTIVATION.includes(kind) && has && activation !== "linear" ? label(this.store.catalogue.activations, activation) : "";
  }

  #marks(layer) {
    const extras = this.#extras(layer);
    // Beside the kind of a layer there is also its activation to tell.
    const active = this.#active(layer);
    if (active) return h("i.active", { "aria-hidden": "true" }, [active, ...extras.map(([mark]) => mark)].join(" "));
    return extras.length ? h("i.extras", { title: extras.map(([, words]) => words).join(", "), "aria-hidden": "true" }, extras.map(([mark]) => mark).join("")) : null;
  }

  #opener(at, phone, ...content) {
    const { store } = this;
    const layer = store.shape.layers[at];
    const does = [CALLED_BY_ACTIVATION.includes(layer.kind) ? label(store.catalogue.activations, layer.activation) : layer.label, this.#active(layer), ...this.#extras(layer).map(([, words]) => words)].filter(Boolean).join(", ");
    const dense = layer.kind === "dense";
    const button = h("button.open", {
      type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "data-control": phone || !dense ? null : "activation",
      "data-key": `layer-${at}`, title: [dense ? "Choose the activation, a norm, dropout" : `${layer.label}: its settings`, store.shape.cost && costWords(store.shape.cost.layers[at])].filter(Boolean).join("\n"),
      "aria-label": `Layer ${at + 1}: ${does}${layer.misfit ? ", does not fit" : ""}. ${dense ? "Choose the activation" : "Open its settings"}`,
      "aria-keyshortcuts": "Alt+ArrowLeft Alt+ArrowRight Delete Control+D C",
    }, ...content.filter(Boolean), icon("down"));
    const open = () => openCard(button, store, at, { phone, units: this.units, follow: (popover) => this.#follow(popover) });
    button.addEventListener("click", open);
    this.builder.carries(button, at, layer.label);
    button.addEventListener("keydown", (event) => keyed(event, store, at, () => open().connect()));
    return button;
  }

  #inputs(at) {
    const { shape, catalogue } = this.store;
    if (!shape.inputs.length) return h("div.head", { "data-column": at }, h("b", {}, "Input"), h("span.sub", {}, shapeWords(shape.shape)));
    const all = Math.max((catalogue.inputs?.length ?? 0) + shape.extras.length, shape.inputs.length);
    const button = h("button.open", {
      type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "data-control": "inputs", "data-key": "inputs",
      "aria-label": `Inputs: ${shape.inputs.length} of ${all}. Choose the inputs`, title: "Choose the inputs",
    }, h("span.sub", {}, `${shape.inputs.length} of ${all}`), icon("down"));
    button.addEventListener("click", () => this.#follow(openPopover(button, () => {
      const { inputs, extras } = this.store.shape;
      const chosen = new Set(inputs.map((input) => input.id));
      const columns = extras.map(({ id, name, sentence }) => ({ id, label: name, sentence }));
      return [
        h("header", {}, h("b", {}, "Inputs"), h("span", {}, "What the network is given of each point")),
        entryChecks([...this.store.catalogue.inputs ?? [], ...columns], chosen, (input) => this.store.operate({ name: "toggle_input", input })),
      ];
    }, { label: "Inputs", className: "inputs-card" })));
    return h("div.head", { "data-column": at }, h("b", {}, "Inputs"), button);
  }

  #remove(index) {
    carryOut(this.store, { name: "remove_layer", index }, this.host.getRootNode(), `layer-${index}`, `layer-${index - 1}`);
  }

  #follow(popover) {
    if (popover) this.#open = popover;
  }
}

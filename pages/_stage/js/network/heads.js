/**
 * Above the columns: what each layer is, and the buttons that change it in place.
 */

import { h } from "../dom.js";
import { number } from "../format.js";
import { icon } from "../icons.js";
import { costWords } from "./cost.js";
import { isLayerFrozen } from "./frozen.js";
import { control, entryChecks, row } from "../params.js";
import { openPopover } from "../popover.js";

const ROOMY = 140; // px between columns from which a finger finds a plus sign between two heads

const label = (entries, id) => entries?.find((entry) => entry.id === id)?.label ?? id;

export class Heads {
  #wanted = new Map(); // units asked for, by layer, until the server has answered
  #known = "";
  #open = null; // the popover that follows the run

  /** @param {HTMLElement} host @param {import("../store.js").RunStore} store */
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.off = store.on("run", () => this.#open?.refresh());
  }

  destroy() {
    this.off();
    this.#open?.close();
  }

  /** Put the heads over a layout's columns; made anew only when the network changed. */
  update(layout, phone) {
    const { shape, limits, catalogue } = this.store;
    const known = JSON.stringify([shape.inputs.length, shape.layers, catalogue.inputs?.length, phone, limits]);
    if (known !== this.#known) {
      this.#known = known;
      this.#build(layout, phone);
    }
    for (const node of this.host.children) {
      const { column, plus } = node.dataset;
      const spot = column === undefined ? layout.plusses[plus] : layout.columns[column];
      node.style.left = `${spot.x}px`;
      if (plus !== undefined) node.style.top = `${spot.y}px`;
      node.style.setProperty("--room", `${Math.floor(layout.spacing - 4)}px`);
    }
    this.host.classList.toggle("tight", layout.tight);
  }

  #build(layout, phone) {
    const key = this.host.getRootNode().activeElement?.dataset.key;
    const heads = layout.columns.map((column, at) => this.#head(column, phone, at));
    // On a phone there is room for them only in a short network; else the layer's card adds layers.
    const plusses = layout.plusses.length && (!phone || layout.spacing > ROOMY) ? layout.plusses.map((plus, at) => this.#plus(plus, at)) : [];
    this.host.replaceChildren(...heads, ...plusses);
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
    if (phone) {
      return h("div.head", { "data-column": at }, this.#opener(column.layer, phone, h("b", {}, String(layer.units)), h("span.sub", {}, name), marks));
    }
    const remove = h("button.remove", {
      type: "button", "aria-label": `Remove layer ${column.layer + 1}`, title: "Remove this layer",
      "data-control": "remove_layer", "data-command": "remove_layer", "data-key": `remove-${column.layer}`,
      onclick: () => this.#remove(column.layer),
    }, icon("close"));
    return h("div.head", { "data-column": at },
      this.#opener(column.layer, phone, h("b", {}, name), marks), this.#units(column.layer), remove);
  }

  /** What else the layer does besides its activation, as words for the eye and the ear. */
  #extras({ norm, dropout }) {
    const { catalogue } = this.store;
    return [norm && norm !== "none" && [norm[0].toUpperCase(), label(catalogue.norms, norm)], dropout > 0 && ["D", `dropout ${number(dropout)}`]]
      .filter(Boolean);
  }

  #marks(layer) {
    const extras = this.#extras(layer);
    return extras.length ? h("i.extras", { title: extras.map(([, words]) => words).join(", "), "aria-hidden": "true" }, extras.map(([mark]) => mark).join("")) : null;
  }

  #opener(at, phone, ...content) {
    const layer = this.store.shape.layers[at];
    const does = [label(this.store.catalogue.activations, layer.activation), ...this.#extras(layer).map(([, words]) => words)].join(", ");
    const button = h("button.open", {
      type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "data-control": phone ? null : "activation",
      "data-key": `layer-${at}`, title: "Choose the activation, a norm, dropout",
      "aria-label": `Layer ${at + 1}: ${does}. Choose the activation`,
    }, ...content.filter(Boolean), icon("down"));
    button.addEventListener("click", () => this.#layerCard(button, at, phone));
    return button;
  }

  #layerCard(anchor, at, phone) {
    const shown = (id) => !this.store.view.hidden.includes(id);
    this.#follow(openPopover(anchor, (close) => {
      const { shape, catalogue, spec } = this.store;
      const layer = shape.layers[at];
      if (!layer || layer.output) return [];
      const params = catalogue.layers?.find((entry) => entry.id === layer.kind)?.params ?? [];
      const set = (param) => (value) => {
        if (!param.advanced) close();
        this.store.propose({ [`network.${layer.address}.${param.id}`]: value });
      };
      // Every Param of the layer but its size, which stands in the head; the rare ones as rows below the lists.
      const drawn = params.filter(({ id }) => id !== "units" && shown(id))
        .map((param) => (param.advanced ? row : control)(param, layer[param.id], set(param), catalogue));
      const insert = (index, text) => h("button", { type: "button", onclick: () => { close(); this.#insert(index); } }, text);
      const graph = phone && shown("add_layer") ? [insert(at, "Add before"), insert(at + 1, "Add after")] : [];
      const remove = shown("remove_layer") && h("button.warn", { type: "button", onclick: () => { close(); this.#remove(at); } }, "Remove layer");
      const operate = async (operation) => {
        close();
        const answer = await this.store.operateOn(operation, layer.address);
        if (answer.result) this.store.say(`${answer.result.done} ${answer.result.sentence}`);
      };
      const frozen = isLayerFrozen(this.store, at);
      const surgery = [[frozen ? "unfreeze" : "freeze", frozen ? "Unfreeze" : "Freeze"], ["zero", "Zero"], ["flip", "Flip"], ["randomize", "Redraw"]];
      return [
        h("header", {}, h("b", {}, `Layer ${at + 1}`),
          phone && shown("units") ? this.#units(at, "card-units") : h("span", {}, `${layer.units} ${layer.units === 1 ? "neuron" : "neurons"}`)),
        ...drawn,
        shape.cost && h("p.cost-words", {}, `${costWords(shape.cost.layers[at])} a sample`),
        h("footer", { role: "group", "aria-label": `Weights and biases of layer ${at + 1}` },
          ...surgery.map(([operation, text]) => h("button", { type: "button", "data-operation": operation, onclick: () => operate(operation) }, text))),
        h("footer", {}, ...graph, remove),
      ].filter((node) => node && spec);
    }, { label: `Layer ${at + 1}`, className: "layer-card" }));
  }

  #units(at, name = "units") {
    const { shape, limits, catalogue } = this.store;
    const layer = shape.layers[at];
    const declared = catalogue.layers.find((entry) => entry.id === layer.kind).params.find((param) => param.id === "units");
    if (!declared) return h("b", {}, String(layer.units)); // a kind of layer whose size follows from its input
    const most = limits.picture_units;
    const change = (difference) => {
      const now = this.#wanted.get(at)?.value ?? this.store.shape.layers[at].units;
      if (now + difference > most) this.store.say(`The picture shows at most ${most} neurons in a layer.`);
      else if (now + difference >= 1) this.#ask(at, now + difference);
    };
    const button = (difference, text, sentence, off) => h("button", {
      type: "button", "aria-label": sentence, title: sentence, "data-key": `${name}-${at}-${difference}`,
      "data-command": difference > 0 ? "add_unit" : "remove_unit", "aria-disabled": off ? "true" : null, onclick: () => change(difference),
    }, text);
    const field = control({ label: "Neurons", sentence: "How many neurons this layer has.", kind: "integer", ...declared, minimum: 1, maximum: most },
      layer.units, (units) => this.#ask(at, units));
    field.dataset.key = `${name}-${at}`;
    field.setAttribute("aria-label", `Neurons in layer ${at + 1}`);
    return h("div.units", { "data-control": "units", role: "group", "aria-label": `Neurons in layer ${at + 1}` },
      button(-1, "−", `One neuron less in layer ${at + 1}`, layer.units <= 1), field,
      button(1, "+", `One neuron more in layer ${at + 1}`, layer.units >= most));
  }

  /** Ask for a number of units; while an answer is out, only the latest wish is kept. */
  async #ask(at, units) {
    const wish = this.#wanted.get(at);
    if (wish) {
      wish.value = units;
      return;
    }
    const mine = { value: units };
    this.#wanted.set(at, mine);
    try {
      let sent;
      do {
        sent = mine.value;
        const layer = this.store.shape.layers[at];
        if (!layer || layer.output) break;
        const answer = await this.store.propose({ [`network.${layer.address}.units`]: sent });
        if (answer.type === "refused") break;
      } while (sent !== mine.value);
    } finally {
      this.#wanted.delete(at);
    }
  }

  #inputs(at) {
    const { shape, catalogue } = this.store;
    const all = catalogue.inputs?.length ?? shape.inputs.length;
    const button = h("button.open", {
      type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "data-control": "inputs", "data-key": "inputs",
      "aria-label": `Inputs: ${shape.inputs.length} of ${all}. Choose the inputs`, title: "Choose the inputs",
    }, h("span.sub", {}, `${shape.inputs.length} of ${all}`), icon("down"));
    button.addEventListener("click", () => this.#follow(openPopover(button, () => {
      const chosen = new Set(this.store.shape.inputs.map((input) => input.id));
      return [
        h("header", {}, h("b", {}, "Inputs"), h("span", {}, "What the network is given of each point")),
        entryChecks(this.store.catalogue.inputs ?? [], chosen, (input) => this.store.operate({ name: "toggle_input", input })),
      ];
    }, { label: "Inputs", className: "inputs-card" })));
    return h("div.head", { "data-column": at }, h("b", {}, "Inputs"), button);
  }

  #plus({ index }, at) {
    const full = this.#full();
    const sentence = full ? this.#fullWords() : index === 0 ? "Add a layer after the inputs" : `Add a layer after layer ${index}`;
    return h("button.plus", {
      type: "button", "aria-label": sentence, title: sentence, "aria-disabled": full ? "true" : null, "data-plus": at,
      "data-control": "add_layer", "data-command": "add_layer", "data-index": index, "data-key": `plus-${index}`,
      onclick: () => this.#insert(index),
    }, "+");
  }

  #full() {
    return this.store.shape.layers.filter((layer) => !layer.output).length >= this.store.limits.picture_layers;
  }

  #fullWords() {
    return `The picture shows at most ${this.store.limits.picture_layers} hidden layers.`;
  }

  #insert(index) {
    if (this.#full()) this.store.say(this.#fullWords());
    else this.store.operate({ name: "insert_layer", index });
  }

  #remove(index) {
    this.store.operate({ name: "remove_layer", index });
  }

  #follow(popover) {
    if (popover) this.#open = popover;
  }
}

/** How many units or channels a layer has, as a field between − and +; while an answer is out only the latest wish is kept. */

import { h } from "../dom.js";
import { count } from "../format.js";
import { control } from "../params.js";

const SIZES = { units: ["neuron", "Neurons"], channels: ["channel", "Channels"] };

/** The parameter that says how large a layer is, or undefined where its size follows from its input. */
const sizeParam = (store, kind) => store.catalogue.layers?.find((entry) => entry.id === kind)?.params.find(({ id }) => SIZES[id]);

export class Units {
  #wanted = new Map(); // what was asked for, by layer, until the server has answered

  /** @param {import("../store.js").RunStore} store */
  constructor(store) {
    this.store = store;
  }

  /** The control of layer `at`; null where its size follows from its input. `key` tells its buttons apart. */
  control(at, key = "units") {
    const { shape, spec } = this.store;
    const declared = sizeParam(this.store, shape.layers[at].kind);
    if (!declared) return null;
    const [one, label] = SIZES[declared.id];
    const now = () => this.store.spec.network.layers[at]?.[declared.id];
    const change = (difference) => {
      const wished = (this.#wanted.get(at)?.value ?? now()) + difference;
      if (wished > declared.maximum) this.store.say(`A layer has at most ${count(declared.maximum)} ${one}s.`);
      else if (wished >= 1) this.#ask(at, declared.id, wished);
    };
    const value = spec.network.layers[at][declared.id];
    const button = (difference, text, sentence, off) => h("button", {
      type: "button", "aria-label": sentence, title: sentence, "data-key": `${key}-${at}-${difference}`,
      "data-command": difference > 0 ? "add_unit" : "remove_unit", "aria-disabled": off ? "true" : null, onclick: () => change(difference),
    }, text);
    const field = control(declared, value, (units) => this.#ask(at, declared.id, units));
    field.dataset.key = `${key}-${at}`;
    field.setAttribute("aria-label", `${label} in layer ${at + 1}`);
    return h("div.units", { "data-control": "units", role: "group", "aria-label": `${label} in layer ${at + 1}` },
      button(-1, "−", `One ${one} less in layer ${at + 1}`, value <= 1), field,
      button(1, "+", `One ${one} more in layer ${at + 1}`, value >= declared.maximum));
  }

  async #ask(at, name, units) {
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
        const answer = await this.store.propose({ [`network.${layer.address}.${name}`]: sent });
        if (answer.type === "refused") break;
      } while (sent !== mine.value);
    } finally {
      this.#wanted.delete(at);
    }
  }
}

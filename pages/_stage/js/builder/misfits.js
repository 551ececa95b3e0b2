/** At a layer that does not fit: why, and what would mend it as buttons. */

import { h } from "../dom.js";
import { carryOut } from "./palette.js";
import { capital, entryWords } from "./words.js";

const EDGE = 8;
const NARROW = 560; // px of room from which it can stand beside its layer
const CALLED = 2500; // ms

export class Misfits {
  #known = "";

  /** @param {HTMLElement} host @param {import("../store.js").RunStore} store */
  constructor(host, store) {
    Object.assign(this, { host, store });
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", "What does not fit");
    // Whoever presses Play is shown what keeps it from starting.
    this.off = store.on("refused", ({ path }) => path?.startsWith("network.layers") && this.#call());
  }

  destroy() {
    this.off();
  }

  #call() {
    const told = this.host.querySelector(".misfit");
    told?.classList.add("called");
    setTimeout(() => told?.classList.remove("called"), CALLED);
  }

  /** The first misfit is told in full; the others are marked, and told in their layer's card. */
  update({ boxes }, layout) {
    const { shape } = this.store;
    const wrong = shape.layers.map(({ misfit }) => misfit).filter(Boolean);
    const known = JSON.stringify(wrong.map((misfit) => [misfit, entryWords(shape, misfit.index)]));
    const fresh = known !== this.#known;
    if (fresh) {
      this.#known = known;
      this.host.replaceChildren(...wrong.map((misfit) => h("div.misfit-mark", { "data-entry": misfit.index, title: misfit.message })),
        ...wrong.slice(0, 1).map((misfit) => this.#told(misfit)));
    }
    if (fresh && wrong.length) this.#reveal(wrong[0].index, boxes);
    for (const node of this.host.children) {
      const box = boxes[node.dataset.entry];
      node.hidden = !box;
      if (!box) continue;
      if (node.matches(".misfit")) this.#beside(node, box, layout);
      else Object.assign(node.style, { left: `${box.x - 5}px`, top: `${box.y - 5}px`, width: `${box.width + 10}px`, height: `${box.height + 10}px` });
    }
  }

  /** In a network that is wider than its box, bring what does not fit into it. */
  #reveal(index, boxes) {
    const pan = this.host.closest(".pan");
    const box = boxes[index];
    if (box && pan && pan.scrollWidth > pan.clientWidth) pan.scrollLeft = box.x - pan.clientWidth / 2;
  }

  #beside(node, { x, y, width, height }, layout) {
    const [wide, high] = [node.offsetWidth, node.offsetHeight];
    if (this.host.closest(".pan")?.clientWidth < NARROW) {
      const under = Math.min(y + height + 12, layout.height - high - EDGE);
      Object.assign(node.style, { left: `${Math.round(Math.max(EDGE, x + width / 2 - wide / 2))}px`, top: `${Math.round(under)}px` });
      return;
    }
    const left = x - wide - 14 >= EDGE ? x - wide - 14 : Math.min(x + width + 14, layout.width - wide - EDGE);
    const top = Math.min(Math.max(y + height / 2 - high / 2, EDGE), layout.height - high - EDGE);
    Object.assign(node.style, { left: `${Math.max(EDGE, Math.round(left))}px`, top: `${Math.round(top)}px` });
  }

  #told(misfit) {
    const { store } = this;
    return h("div.misfit", { role: "alert", "data-entry": misfit.index },
      h("b", {}, capital(entryWords(store.shape, misfit.index))), h("p", {}, misfit.message), repairs(store, misfit, this.host.getRootNode()));
  }
}

/** The repairs of a misfit as buttons; where there are none, what can always be done. */
export function repairs(store, misfit, root, done = () => {}) {
  const { index } = misfit;
  const layer = store.shape.layers[index];
  const away = layer.merges && layer.from.length > 1 ? layer.from.map((source) => ({
    label: `Without ${entryWords(store.shape, source)}`, operation: { name: "disconnect", source, target: index },
  })) : layer.output ? [] : [{ label: "Remove this layer", operation: { name: "remove_layer", index } }];
  return h("div.repairs", {}, ...(misfit.repairs.length ? misfit.repairs : away).map(({ label, operation }) => h("button", {
    type: "button", "data-repair": operation.name, onclick: () => {
      done();
      carryOut(store, operation, root, `layer-${operation.index ?? operation.target}`);
    },
  }, label)));
}

/** On every connection: the shape of what goes through it, and a plus sign at which a layer is added. */

import { h } from "../dom.js";
import { openPalette } from "./palette.js";
import { entryWords, shapeOf, shapeWords } from "./words.js";

const ROOMY = 140; // px between columns from which a finger finds a plus sign between two heads
const SVG = "http://www.w3.org/2000/svg";

export class Edges {
  #known = "";

  /** @param {HTMLElement} host @param {import("../store.js").RunStore} store @param {(popover: object) => void} follow */
  constructor(host, store, follow) {
    Object.assign(this, { host, store, follow });
    this.lines = document.createElementNS(SVG, "svg");
    this.lines.setAttribute("aria-hidden", "true");
    this.lines.classList.add("ways");
  }

  /** @param {{edges: object[]}} placed @param {object} layout @param {boolean} phone */
  update({ edges }, layout, phone) {
    const { shape, limits } = this.store;
    // On a phone there is room for them only in a short network; else the layer's card adds layers.
    const shown = !phone || layout.spacing > ROOMY ? edges : [];
    const full = shape.layers.length > limits.max_layers;
    const known = JSON.stringify([shown.map(({ source, target, port }) => [source, target, port]), shape.layers.map(({ shape: s }) => s), shape.shape, full]);
    if (known !== this.#known) {
      this.#known = known;
      const key = this.host.getRootNode().activeElement?.dataset?.key;
      this.host.replaceChildren(this.lines, ...shown.flatMap((edge) => this.#edge(edge, full)));
      if (key) this.host.querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
    }
    const nodes = [...this.host.children].slice(1);
    shown.forEach(({ x, y }, at) => {
      for (const node of nodes.slice(2 * at, 2 * at + 2)) Object.assign(node.style, { left: `${x}px`, top: `${y}px` });
    });
    this.#draw(layout.edges ? [] : shown);
  }

  /** The plus sign of a connection. */
  plus({ target, port }) {
    return this.host.querySelector(`[data-key="plus-${target}-${port}"]`);
  }

  /** Mark the connection that would take what is carried; null for none. */
  aim(edge) {
    const plus = edge && this.plus(edge);
    for (const other of this.host.querySelectorAll(".plus.aimed")) other.classList.toggle("aimed", other === plus);
    plus?.classList.add("aimed");
  }

  /** The lines of connections that pass over other layers. */
  #draw(edges) {
    this.lines.replaceChildren(...edges.filter(({ source, target }) => source !== target - 1).map(({ x1, y1, x2, y2 }) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`);
      return path;
    }));
  }

  #edge({ source, target, port }, full) {
    const { store } = this;
    const { shape, limits } = store;
    const layer = shape.layers[target];
    const before = target > 0 && source === target - 1;
    const where = source < 0 && target === 0 ? "after the inputs" : before ? `after layer ${target}` : `between ${entryWords(shape, source)} and ${entryWords(shape, target)}`;
    const sentence = full ? `A network has at most ${limits.max_layers} layers.` : `Add a layer ${where}`;
    const disconnect = layer.merges && layer.from.length > 1 ? { name: "disconnect", source, target } : undefined;
    const button = h("button.plus", {
      type: "button", "aria-label": sentence, title: sentence, "aria-disabled": full ? "true" : null, "aria-haspopup": "dialog",
      "data-control": "add_layer", "data-command": "add_layer", "data-index": target, "data-port": port, "data-key": `plus-${target}-${port}`,
    }, "+");
    button.addEventListener("click", async () => {
      if (full) store.say(sentence);
      else this.follow(await openPalette(button, store, { index: target, port }, { disconnect }));
    });
    const words = shapeWords(shapeOf(shape, source));
    return [button, h("span.edge-shape", { title: `${words} numbers of each sample go through here`, "data-edge": `${source},${target}` }, words)];
  }
}

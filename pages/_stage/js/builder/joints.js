/** A handle at the right of every layer, from which a connection is drawn to a later one. */

import { h } from "../dom.js";
import { openPopover } from "../popover.js";
import { draggable } from "./drag.js";
import { byFit, joining, ways } from "./joining.js";
import { picker } from "./offers.js";
import { focusOn } from "./palette.js";
import { capital, entryWords } from "./words.js";

const REACH = 60; // px around a box in which a line that is let go ends there
const SVG = "http://www.w3.org/2000/svg";

export class Joints {
  #known = "";

  /** @param {HTMLElement} host @param {import("../store.js").RunStore} store @param {(popover: object) => void} follow */
  constructor(host, store, follow) {
    Object.assign(this, { host, store, follow });
    this.line = document.createElementNS(SVG, "svg");
    this.line.classList.add("drawn");
    this.line.setAttribute("aria-hidden", "true");
    this.path = document.createElementNS(SVG, "path");
    this.line.append(this.path);
    this.handles = h("div", {});
    this.aims = h("div", {});
    this.spot = h("span.spot", {});
    // Who chooses in a list sees on the picture which layer is meant.
    this.off = store.on("aim", (target) => {
      for (const aim of this.aims.children) {
        aim.hidden = Number(aim.dataset.entry) !== target;
        aim.classList.toggle("on", !aim.hidden);
      }
    });
    host.append(this.line, this.aims, this.handles, this.spot);
  }

  destroy() {
    this.off();
  }

  update({ boxes }, phone) {
    this.boxes = boxes;
    const { shape } = this.store;
    const sources = phone ? [] : shape.layers.map((_, at) => at - 1).filter((entry) => boxes[entry]);
    const known = JSON.stringify([sources, shape.layers.map(({ label }) => label)]);
    if (known !== this.#known) {
      this.#known = known;
      this.handles.replaceChildren(...sources.map((source) => this.#handle(source)));
      this.aims.replaceChildren(...shape.layers.map((_, at) => h("div.aim", { "data-entry": at, hidden: true })));
    }
    sources.forEach((source, at) => {
      const { x, y, width, height } = boxes[source];
      Object.assign(this.handles.children[at].style, { left: `${x + width + 4}px`, top: `${y + height / 2}px` });
    });
    for (const aim of this.aims.children) {
      const box = boxes[aim.dataset.entry];
      if (box) Object.assign(aim.style, { left: `${box.x - 7}px`, top: `${box.y - 7}px`, width: `${box.width + 14}px`, height: `${box.height + 14}px` });
    }
  }

  #handle(source) {
    const words = `Connect ${entryWords(this.store.shape, source)} to a later layer`;
    // A layer's card connects it too; the input has no card, so the keyboard comes here.
    const handle = h("button.joint", {
      type: "button", "aria-label": words, title: `${words}: drag from here`, tabindex: source < 0 ? 0 : -1, "data-joint": source,
      "data-control": "add_layer", "data-key": `joint-${source}`, "aria-haspopup": "dialog",
    });
    handle.addEventListener("click", () => this.#card(handle, source));
    draggable(handle, {
      take: () => {
        for (const aim of this.aims.children) aim.hidden = !this.#can(source, Number(aim.dataset.entry));
        return { target: null };
      },
      move: (held, { clientX, clientY }) => {
        const field = this.host.getBoundingClientRect();
        const [x, y] = [clientX - field.left, clientY - field.top];
        held.target = this.#nearest(source, x, y);
        this.#show(source, held.target, x, y);
      },
      drop: ({ target }) => target !== null && this.#join(source, target),
      end: () => {
        this.path.removeAttribute("d");
        for (const aim of this.aims.children) {
          aim.hidden = true;
          aim.classList.remove("on");
        }
      },
    });
    return handle;
  }

  #can(source, target) {
    return target > source && Boolean(this.boxes[target]) && !this.store.shape.layers[target].from.includes(source);
  }

  #nearest(source, x, y) {
    let [best, found] = [REACH, null];
    this.store.shape.layers.forEach((_, target) => {
      if (!this.#can(source, target)) return;
      const box = this.boxes[target];
      const away = Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height));
      if (away < best) [best, found] = [away, target];
    });
    return found;
  }

  #show(source, target, x, y) {
    const from = this.boxes[source];
    const to = target === null ? { x, y, height: 0 } : this.boxes[target];
    const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
    const bend = Math.max(30, Math.abs(x2 - x1) / 2);
    this.path.setAttribute("d", `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`);
    for (const aim of this.aims.children) aim.classList.toggle("on", Number(aim.dataset.entry) === target);
  }

  /** Ask how the two come together, at the layer where the line ends. */
  async #join(source, target) {
    const { store } = this;
    const found = await ways(store, source, target);
    if (!found.length) return;
    if (found.length === 1 && store.shape.layers[target].merges) {
      store.operate(found[0].offer.operation);
      return;
    }
    store.emit("aim", target);
    const { x, y, height } = this.boxes[target];
    Object.assign(this.spot.style, { left: `${x}px`, top: `${y + height / 2}px` });
    const popover = openPopover(this.spot, (close) => [
      h("header", {}, h("b", {}, `${capital(entryWords(store.shape, source))} to ${entryWords(store.shape, target)}`)),
      ...picker(byFit("How they come together", found), (entry) => {
        close();
        store.operate(entry.offer.operation);
      }, { label: "How they come together", hint: "How do they come together?" }),
    ], { label: "Connect", className: "palette", closed: () => store.emit("aim", null) });
    focusOn(this.host.getRootNode(), "find");
    this.follow(popover);
  }

  #card(handle, source) {
    const connecting = joining(this.store, source, () => popover?.refresh());
    let started = false;
    const popover = openPopover(handle, (close) => (started ? connecting.content(close, handle.getRootNode()) : []), { label: "Connect", className: "palette", closed: () => this.store.emit("aim", null) });
    started = true;
    if (popover) connecting.start();
    this.follow(popover);
  }
}

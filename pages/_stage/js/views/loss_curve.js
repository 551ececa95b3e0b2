/** Train and test curves over the epochs: loss, and accuracy or error. The exact row is told under the pointer. */

import { fit, h, setAttribute, throttled, tokensOf } from "../dom.js";
import { count, epoch, valueText } from "../format.js";
import { columnReader, drawCurve, quantities } from "../plot/curve.js";
import { openCurve } from "../plot/enlarged.js";
import { tooltip } from "../plot/tooltip.js";

const REDRAW_MS = 80;

export default {
  id: "loss_curve",
  slot: "curves",
  probes: () => [{ id: "loss_curve" }],
  mount: (host, store) => new LossCurve(host, store),
};

class LossCurve {
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.chosen = "loss";
    this.hover = null;
    this._build();
    this.describe = throttled(1000, () => setAttribute(this.canvas, "aria-label", this._words()));
    this.later = throttled(REDRAW_MS, () => this._draw());
    this.off = ["run", "view"].map((event) => store.on(event, () => this.paint()));
    this.theme();
  }

  _build() {
    this.tabs = h("div.tabs", { role: "tablist", "aria-label": "What the curve shows" });
    this.keyTest = h("span.key-test", {}, h("i.stroke"), "test");
    this.log = h("button.chip", {
      type: "button", "data-control": "log_loss", "aria-pressed": "false", title: "Logarithmic scale",
      "aria-label": "Logarithmic scale", onclick: () => this.store.setView({ log_loss: !this.store.view?.log_loss }),
    }, "log");
    this.enlarge = h("button.chip.icon", {
      type: "button", title: "Enlarge the curves", "aria-label": "Enlarge the curves",
      onclick: () => openCurve(this.host, this.store, this.quantity),
    });
    this.enlarge.innerHTML = '<svg viewBox="0 0 16 16" width="13" height="13" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="M9.5 2.5h4v4M13.5 2.5l-4.8 4.8M6.5 13.5h-4v-4M2.5 13.5l4.8-4.8"/></svg>';
    this.canvas = h("canvas", { role: "img", tabindex: "0", "data-own-keys": true, "aria-label": "Loss curve" });
    this.box = h("div.curve-box", {}, this.canvas);
    this.root = h("section.card.curve-card", { "aria-label": "Curves" },
      h("header.card-head", {}, this.tabs,
        h("span.keys", {}, this.keyTest, h("span", {}, h("i.stroke.train"), "train"), this.log, this.enlarge)),
      this.box);
    this.host.replaceChildren(this.root);
    this.tip = tooltip(this.box);
    const point = (event) => this._point(event.offsetX);
    this.canvas.addEventListener("pointermove", point);
    this.canvas.addEventListener("pointerdown", point);
    this.canvas.addEventListener("pointerleave", () => this._point(null));
    this.canvas.addEventListener("blur", () => this._point(null));
    this.canvas.addEventListener("keydown", (event) => this._key(event));
  }

  theme() {
    this.tokens = tokensOf(this.host);
    this.paint();
  }

  resize() {
    this.state = "";
    this.paint();
  }

  // Before the first row, the shape's metrics tell which curves there will be.
  _columns() {
    const { history, shape } = this.store;
    if (history?.columns?.length) return history.columns;
    return (shape?.metrics ?? []).map((metric) => metric.id);
  }

  _chrome() {
    const found = quantities(this._columns());
    const key = found.map((entry) => entry.id).join() || "loss";
    if (!found.length) found.push({ id: "loss", label: "Loss", train: -1, test: -1 });
    this.quantity = found.find((entry) => entry.id === this.chosen) ?? found[0];
    if (key !== this.key) {
      this.key = key;
      this.tabs.replaceChildren(...found.map((entry) => h("button.tab", {
        type: "button", role: "tab", "data-curve": entry.id, onclick: () => this._show(entry.id),
        onkeydown: (event) => this._tabKey(event),
      }, entry.label)));
    }
    for (const tab of this.tabs.children) {
      const on = tab.dataset.curve === this.quantity.id;
      setAttribute(tab, "aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    const { view, shape } = this.store;
    setAttribute(this.log, "aria-pressed", String(Boolean(view?.log_loss)));
    this.log.hidden = (view?.hidden ?? []).includes("log_loss");
    this.log.style.visibility = this.quantity.id === "accuracy" ? "hidden" : "visible";
    this.keyTest.hidden = shape?.samples?.test === 0;
  }

  _show(id) {
    this.chosen = id;
    this.paint();
  }

  _tabKey(event) {
    const tabs = [...this.tabs.children];
    const to = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(event.currentTarget) + to + tabs.length) % tabs.length];
    this._show(next.dataset.curve);
    next.focus();
  }

  /** Draws the history as it stands; while it grows no oftener than anyone can read it. */
  paint() {
    if (this.store.playing) return this.later();
    this.later.cancel();
    this._draw();
  }

  _draw() {
    this._chrome();
    if (!this.canvas.clientWidth) return;
    const { history, view } = this.store;
    const { clientWidth, clientHeight } = this.canvas;
    const state = [history?.length, this.store.frame?.build, this.hover, view?.log_loss, this.quantity.id, this.key,
      clientWidth, clientHeight, this.tokens.ink].join();
    if (state === this.state) return;
    this.state = state;
    const room = fit(this.canvas);
    const options = { log: Boolean(view?.log_loss), tokens: this.tokens, hover: this.hover };
    this.drawn = drawCurve(room, history ?? { columns: [], rows: new Float32Array(), length: 0 }, this.quantity, options);
    if (this.hover !== null) this._tip();
    this.describe();
  }

  _point(x) {
    this.hover = x === null || !this.drawn ? null : this.drawn.rowAt(x);
    if (this.hover === null) this.tip.hide();
    this.paint();
  }

  _key(event) {
    const { length } = this.store.history ?? { length: 0 };
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !length) return;
    event.preventDefault();
    const from = this.hover ?? length - 1;
    const size = event.shiftKey ? Math.max(1, Math.round(length / 20)) : 1;
    this.hover = Math.max(0, Math.min(length - 1, from + by * size));
    this.paint();
  }

  _tip() {
    const { history } = this.store;
    if (!this.drawn || this.hover >= history.length) return this.tip.hide();
    const read = columnReader(history);
    const { quantity } = this;
    const lines = [`epoch ${epoch(read.epoch(this.hover))} · step ${count(read.step(this.hover))}`];
    const values = [["test", quantity.test], ["train", quantity.train]]
      .map(([name, column]) => [name, read.cell(this.hover, column)]).filter(([, value]) => Number.isFinite(value));
    lines.push(h("b", {}, values.map(([name, value]) => `${name} ${valueText(quantity.id, value)}`).join(" · ")));
    return this.tip.show(this.drawn.xOf(this.hover), -12, lines);
  }

  _words() {
    const { history } = this.store;
    if (!history?.length) return `${this.quantity.label} over the epochs; training has not begun.`;
    const read = columnReader(history);
    const last = history.length - 1;
    const say = (name, column) => {
      const [from, to] = [read.cell(0, column), read.cell(last, column)];
      if (!Number.isFinite(to)) return "";
      return ` ${name} went from ${valueText(this.quantity.id, from)} to ${valueText(this.quantity.id, to)}.`;
    };
    const { quantity } = this;
    return `${quantity.label} over ${epoch(read.epoch(last))} epochs.${say("Train", quantity.train)}${say("Test", quantity.test)}`;
  }

  destroy() {
    this.describe.cancel();
    this.later.cancel();
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

/** Weights, gradients and activations of every layer: how they are spread now, or how that changed over time. */

import { h, readable, setAttribute, setText, throttled } from "../dom.js";
import { count, epoch, number, percent } from "../format.js";
import { layerName } from "../names.js";
import { drawNow, drawOverTime, layOut, statistic } from "../plot/layers.js";
import { Redrawn } from "../plot/redrawn.js";
import { roundUp, StillSpans } from "../plot/spans.js";
import { tooltip } from "../plot/tooltip.js";

const REDRAW_MS = 80;
const COLUMNS = ["weights", "gradients", "activations"];
const PLACE = { weights: 0, gradients: 2, activations: 3 }; // among the probe's quantities
const FADE = 0.93; // what is left of a cell's fullest bin from one picture to the next

export default {
  id: "histograms",
  slot: "curves",
  label: "Histograms",
  order: 50,
  probes: (store) => [{ id: store.view?.over_time ? "layer_history" : "histograms" }],
  mount: (host, store, tools) => new Histograms(host, store, tools),
};

class Histograms extends Redrawn {
  constructor(host, store, tools) {
    super();
    Object.assign(this, { host, store });
    this.spans = new StillSpans();
    this.peaks = [];
    this.marked = null; // index of the cell that is pointed at
    this.time = null;
    this._build(tools);
    this.describe = throttled(1000, () => setAttribute(this.canvas, "aria-label", this._words()));
    this.later = throttled(REDRAW_MS, () => this._draw());
    this.off = ["run", "view"].map((event) => store.on(event, () => this.paint()));
    this.theme();
  }

  _build(tools) {
    const chip = (over, label) => h("button.chip", {
      type: "button", "data-control": "over_time", onclick: () => this.store.setView({ over_time: over }),
    }, label);
    this.now = chip(false, "now");
    this.over = chip(true, "over time");
    this.note = h("span.keys", {});
    tools.replaceChildren(h("span.chips", { role: "group", "aria-label": "When" }, this.now, this.over), this.note);
    this.canvas = h("canvas", { role: "img", tabindex: "0", "data-own-keys": true, "aria-label": "Histograms" });
    this.box = h("div.layers-box", {}, h("div.layers-room", {}, this.canvas));
    this.host.replaceChildren(this.box);
    this.tip = tooltip(this.box.firstChild);
    readable(this.canvas, {
      point: (x, y) => this._point(x, y), leave: () => this._mark(null), key: (event) => this._key(event),
    });
  }

  _read(...names) {
    const { latest } = this.store;
    const found = names.map((name) => latest.get(name));
    return found.every(Boolean) ? found : null;
  }

  _draw() {
    const { store, box } = this;
    const over = Boolean(store.view?.over_time);
    setAttribute(this.now, "aria-pressed", String(!over));
    setAttribute(this.over, "aria-pressed", String(over));
    const arrays = over ? this._read("layer_history/positions", "layer_history/statistics")
      : this._read("histograms/counts", "histograms/spans", "histograms/statistics");
    const layers = arrays?.[over ? 1 : 0].shape[over ? 2 : 1];
    if (!box.clientWidth || !arrays || !store.shape || layers !== store.shape.layers.length) return;
    this.layout = layOut(box.clientWidth, box.clientHeight, layers, (layer, wide) => {
      if (wide) return layerName(store.shape, layer);
      return store.shape.layers[layer].output ? "out" : String(layer + 1);
    });
    const g = this._fit();
    if (this.build !== store.frame?.build || this.wasOver !== over) this._startOver(over);
    const cell = this.layout.cells[this.marked] ?? null;
    if (over) {
      const [positions, statistics] = arrays;
      const apart = positions.shape[0] > 1 ? positions.data[2] : 16;
      setText(this.note, `every ${count(apart)} steps`);
      const heights = this._heights(positions, statistics);
      drawOverTime(g, this.layout, { positions, statistics }, heights, this.tokens, cell, this.time);
    } else {
      const [counts, spans] = arrays;
      setText(this.note, this.layout.wide ? "ticks are biases · gradients of the coming step" : "ticks are biases");
      drawNow(g, this.layout, { counts, spans }, this._widths(spans), this._fullest(counts), this.tokens, cell);
    }
    this.statistics = arrays[arrays.length - 1];
    this.positions = over ? arrays[0] : null;
    if (cell) this._tip(cell);
    this.describe();
  }

  _startOver(over) {
    this.build = this.store.frame?.build;
    this.wasOver = over;
    this.spans.clear();
    this.peaks = [];
  }

  _fit() {
    const ratio = globalThis.devicePixelRatio || 1;
    const { width, height } = this.layout;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      Object.assign(this.canvas, { width: wide, height: high });
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    const g = this.canvas.getContext("2d");
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    return g;
  }

  _widths({ data }) {
    const now = performance.now();
    return Object.fromEntries(COLUMNS.map((name) => {
      const [low, high] = data.subarray(2 * PLACE[name], 2 * PLACE[name] + 2);
      return [name, this.spans.show(name, low, high, now)];
    }));
  }

  _fullest({ data, shape }) {
    const [, layers, bins] = shape;
    this.layout.cells.forEach(({ layer, quantity }, i) => {
      const start = (PLACE[quantity] * layers + layer) * bins;
      const top = Math.max(1, ...data.subarray(start, start + bins));
      this.peaks[i] = Math.max(top, (this.peaks[i] ?? 0) * FADE);
    });
    return this.peaks;
  }

  _heights(positions, statistics) {
    const now = performance.now();
    const layers = statistics.shape[2];
    const all = (quantity, name) => Array.from({ length: positions.shape[0] * layers }, (_, i) =>
      statistic(statistics, quantity, i % layers, name, Math.floor(i / layers))).filter(Number.isFinite);
    return Object.fromEntries(COLUMNS.map((name) => {
      if (name === "gradients") {
        const sizes = all(name, "size").filter((size) => size > 0);
        const [low, high] = sizes.length ? [Math.min(...sizes), Math.max(...sizes)] : [0.1, 1];
        const powers = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high) + 1e-9)];
        return [name, this.spans.show(name, ...powers.map((power) => 10 ** power), now)];
      }
      const low = roundUp(Math.min(0, ...all(name, "low")));
      return [name, this.spans.show(name, low, roundUp(Math.max(0, ...all(name, "high"))) || (low ? 0 : 1), now)];
    }));
  }

  _point(x, y) {
    const { layout } = this;
    if (!layout) return;
    const within = (at, start, size, more) => at >= start - more && at < start + size + more;
    const index = layout.cells.findIndex((cell) => within(x, cell.x, cell.width, 5) && within(y, cell.y, cell.height, 3));
    const cell = layout.cells[index];
    if (cell && this.positions) {
      const { data, shape } = this.positions;
      const wanted = ((x - cell.x) / cell.width) * data[2 * shape[0] - 1];
      const off = (i) => Math.abs(data[2 * i + 1] - wanted);
      this.time = Array.from({ length: shape[0] }, (_, i) => i).reduce((best, i) => (off(i) < off(best) ? i : best), 0);
    }
    this._mark(cell ? index : null);
  }

  _mark(index) {
    this.marked = index;
    if (index === null) this.tip.hide();
    this._draw();
  }

  _key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS.length, ArrowDown: COLUMNS.length }[event.key];
    if (!by || !this.layout) return;
    event.preventDefault();
    const next = this.marked === null ? 0 : this.marked + by;
    if (!this.layout.cells[next]) return;
    this.time = this.positions ? this.positions.shape[0] - 1 : null;
    this._mark(next);
    const cell = this.layout.cells[next];
    this.box.scrollTop = Math.max(0, cell.y - 20);
    setAttribute(this.canvas, "aria-label", this._lines(cell).join(". "));
  }

  _tip(cell) {
    const [title, ...lines] = this._lines(cell);
    this.tip.show(cell.x + cell.width / 2, cell.y + cell.height / 2, [h("b", {}, title), ...lines]);
  }

  // What is known of one cell, in words.
  _lines({ layer, quantity }) {
    const { positions, statistics, store } = this;
    const time = positions ? Math.min(this.time ?? Infinity, positions.shape[0] - 1) : 0;
    const read = (name, of = quantity) => statistic(statistics, of, layer, name, time);
    const title = `${layerName(store.shape, layer)}, ${quantity}`;
    if (!Number.isFinite(read("mean"))) return [title, "there are none that a number can hold"];
    const lines = [positions ? `${title}, epoch ${epoch(positions.data[2 * time + 1])}` : title,
      `mean ${number(read("mean"))}, standard deviation ${number(read("deviation"))}`,
      `${count(read("count"))} numbers from ${number(read("low"))} to ${number(read("high"))}`];
    if (quantity === "gradients") lines.push(`mean size ${number(read("size"))}, ${percent(read("zero"))} zeros`);
    else {
      const flat = read("flat");
      const part = Number.isFinite(flat) ? `, ${percent(flat)} on a flat part (slope under 0.05)` : "";
      lines.push(`${percent(read("zero"))} zeros${part}`);
    }
    if (quantity === "weights" && Number.isFinite(read("mean", "biases"))) {
      lines.push(`${count(read("count", "biases"))} biases, mean ${number(read("mean", "biases"))}`);
    }
    return lines;
  }

  // The picture in words: the mean size of every layer's gradient is what a class looks for first.
  _words() {
    if (!this.layout || !this.statistics) return "Histograms; nothing has been computed yet.";
    const time = this.positions ? this.positions.shape[0] - 1 : 0;
    const read = (quantity, layer, name) => number(statistic(this.statistics, quantity, layer, name, time));
    const spread = (quantity, layer) => `${quantity} ${read(quantity, layer, "mean")} ± ${read(quantity, layer, "deviation")}`;
    const layers = this.layout.names.map((_, layer) => [
      `${layerName(this.store.shape, layer)}: ${spread("weights", layer)}`,
      `mean size of the gradient ${read("gradients", layer, "size")}`, `${spread("activations", layer)}.`,
    ].join(", "));
    return `Weights, gradients and activations of every layer${this.positions ? " over time" : ""}. ${layers.join(" ")}`;
  }

  destroy() {
    this.describe.cancel();
    this.later.cancel();
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

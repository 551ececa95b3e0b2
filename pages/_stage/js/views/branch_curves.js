/** The loss of all runs side by side on one pair of axes: of the test points, or without any, of the train points. */

import { lookOf, runKey, runName } from "../branches/look.js";
import { fit, h, readable, setAttribute, throttled, tokensOf } from "../dom.js";
import { epoch, loss } from "../format.js";
import { columnReader, drawAxes, drawLine, extremes, nearestRow } from "../plot/curve.js";
import { valueScale } from "../plot/axes.js";
import { columnsOf, lossPanel } from "../plot/quantities.js";
import { tooltip } from "../plot/tooltip.js";

const REDRAW_MS = 100;

export default {
  id: "branch_curves",
  slot: "curves",
  label: "Branches",
  order: 5, // where there are branches, they are what is looked at
  shown: (store) => store.socket.runs.length > 1 && lossPanel(columnsOf(store)).lines.length > 0,
  probes: () => [{ id: "loss_curve" }],
  others: () => [{ id: "loss_curve" }],
  mount: (host, store, tools) => new BranchCurves(host, store, tools),
};

class BranchCurves {
  constructor(host, store, tools) {
    Object.assign(this, { host, store });
    this.hover = null;
    this.keys = h("span.keys.run-keys", {});
    this.log = h("button.chip", {
      type: "button", "data-control": "log_loss", title: "Logarithmic scale", "aria-label": "Logarithmic scale",
      onclick: () => store.setView({ log_loss: !store.view.log_loss }),
    }, "log");
    tools.replaceChildren(this.keys, this.log);
    this.canvas = h("canvas", { role: "img", tabindex: "0", "data-own-keys": true });
    this.box = h("div.curve-box", {}, this.canvas);
    host.replaceChildren(this.box);
    this.tip = tooltip(this.box);
    readable(this.canvas, { point: (x) => this._at(x), leave: () => this._at(null), key: (event) => this._key(event) });
    this.later = throttled(REDRAW_MS, () => this._draw());
    this.off = [store.on("view", () => this.later()), store.socket.onRuns(() => this._follow())];
    this.followed = new Map();
    this.theme();
    this._follow();
  }

  _follow() {
    const { runs } = this.store.socket;
    for (const other of runs) {
      if (!this.followed.has(other)) this.followed.set(other, other.on("frame", () => this.later()));
    }
    this.keys.replaceChildren(...runs.map(({ run }) => h("span", { title: runName(run) }, runKey(run), h("span.name", {}, runs.length > 2 ? runName(run).replace(/^Branch (?=\d+$)/, "") : runName(run)))));
    this.later();
  }

  _lines() {
    return this.store.socket.runs.filter(({ history }) => history.length).flatMap((store) => {
      const { lines } = lossPanel(columnsOf(store));
      if (!lines.length) return [];
      const line = lines.find(({ style }) => style === "test" && store.shape.samples?.test) ?? lines[0];
      return { store, name: runName(store.run), column: line.column, of: line.name, history: store.history, ...lookOf(store.run, this.host) };
    });
  }

  paint() {
    this.later();
  }

  _draw() {
    if (!this.canvas.clientWidth) return;
    const { view } = this.store;
    const { context: g, width, height } = fit(this.canvas);
    g.clearRect(0, 0, width, height);
    this.lines = this._lines();
    setAttribute(this.log, "aria-pressed", String(Boolean(view.log_loss)));
    setAttribute(this.canvas, "aria-label", this._words());
    if (!this.lines.length) return;
    const ends = this.lines.map(({ history, column }) => extremes(history, [column]));
    const [low, high, least] = [Math.min(...ends.map((end) => end.low)), Math.max(...ends.map((end) => end.high)), Math.min(...ends.map((end) => end.least))];
    const log = Boolean(view.log_loss) && Number.isFinite(least);
    const any = Number.isFinite(high);
    const scale = valueScale(any ? (log ? least : low) : 0, any ? high : 1, { log, about: Math.max(2, Math.min(7, Math.floor(height / 26))) });
    g.font = `11px ${this.tokens.font}`;
    const left = 8 + Math.max(20, ...scale.ticks.map((tick) => g.measureText(tick.text).width));
    const box = { left, top: 6, right: width - 8, bottom: height - 18 };
    const last = Math.max(...this.lines.map(({ history }) => columnReader(history).epoch(history.length - 1)));
    const end = last > 0 ? last : 1;
    const x = (at) => box.left + (at / end) * (box.right - box.left);
    const y = (value) => box.bottom - scale.at(value) * (box.bottom - box.top);
    drawAxes(g, box, scale, { start: 0, end, x, y, tokens: this.tokens });
    this.epochAt = (px) => Math.max(0, Math.min(end, ((px - box.left) / (box.right - box.left)) * end));
    this.x = x;
    // The main run on top: what it has in common with a branch is then one plain line.
    for (const line of [...this.lines].reverse()) this._line(g, line, x, y);
    if (this.hover !== null) this._hover(g, box);
  }

  _line(g, { history, column, colour, dash, form }, x, y) {
    const read = columnReader(history);
    g.save();
    g.setLineDash(dash);
    drawLine(g, history, column, { x, y, colour, wide: 1.8, epochs: read.epoch });
    g.restore();
    const value = read.cell(history.length - 1, column);
    if (!Number.isFinite(value)) return;
    g.save();
    g.translate(x(read.epoch(history.length - 1)), y(value));
    g.scale(4.2, 4.2);
    g.fillStyle = colour;
    g.strokeStyle = this.tokens.panel;
    g.lineWidth = 0.4;
    g.fill(form);
    g.stroke(form);
    g.restore();
  }

  _hover(g, box) {
    const place = Math.round(this.x(this.hover)) + 0.5;
    g.strokeStyle = this.tokens.accent;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(place, box.top);
    g.lineTo(place, box.bottom);
    g.stroke();
    const said = this.lines.map(({ name, history, column }) => {
      const read = columnReader(history);
      const row = nearestRow(history, read, this.hover);
      const there = read.epoch(0) <= this.hover + 1e-9 && read.epoch(history.length - 1) >= this.hover - 1e-9;
      return there ? h("b", {}, `${name} ${loss(read.cell(row, column))}`) : null;
    }).filter(Boolean);
    this.tip.show(this.x(this.hover), -12, [`epoch ${epoch(this.hover)}`, ...said]);
  }

  _at(x) {
    this.hover = x === null || !this.epochAt ? null : this.epochAt(x);
    if (this.hover === null) this.tip.hide();
    this._draw();
  }

  _key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !this.epochAt) return;
    event.preventDefault();
    const end = this.epochAt(Infinity);
    this.hover = Math.max(0, Math.min(end, (this.hover ?? end) + (by * end) / (event.shiftKey ? 10 : 100)));
    this._draw();
  }

  _words() {
    if (!this.lines.length) return "The runs’ loss over the epochs; training has not begun.";
    const say = ({ name, of, history, column }) => {
      const read = columnReader(history);
      return `${name}: ${of} loss ${loss(read.cell(history.length - 1, column))} at epoch ${epoch(read.epoch(history.length - 1))}`;
    };
    return `The runs’ loss over the epochs. ${this.lines.map(say).join("; ")}.`;
  }

  resize() {
    this._draw();
  }

  theme() {
    this.tokens = tokensOf(this.host);
    this._draw();
  }

  destroy() {
    this.later.cancel();
    this.off.forEach((off) => off());
    for (const off of this.followed.values()) off();
    this.host.replaceChildren();
  }
}

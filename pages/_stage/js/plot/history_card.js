/** Charts of the history in a card: one or two quantities over the epochs, and the exact row under the pointer. */

import { trailOf } from "../dock/trail.js";
import { fit, h, readable, setAttribute, setNumber, throttled, tokensOf } from "../dom.js";
import { count, epoch } from "../format.js";
import { columnReader, drawCurve, layOut, timeOf } from "./curve.js";
import { openCurve } from "./enlarged.js";
import { columnsOf } from "./quantities.js";
import { tooltip } from "./tooltip.js";

const REDRAW_MS = 80;

export class HistoryCard {
  /**
   * @param {HTMLElement} host @param {object} store @param {HTMLElement} tools where keys and buttons go
   * @param {{panels: (store: object) => import("./quantities.js").Panel[], large: Function}} options
   *   the charts in the card, and those in the large dialog
   */
  constructor(host, store, tools, { panels, large }) {
    Object.assign(this, { host, store, panels, large });
    this.hover = null;
    this._build(tools);
    this.describe = throttled(1000, () => setAttribute(this.canvas, "aria-label", this._words()));
    this.later = throttled(REDRAW_MS, () => this._draw());
    this.off = ["run", "view"].map((event) => store.on(event, () => this.paint()));
    this.theme();
  }

  _build(tools) {
    this.keys = h("span.keys", {});
    this.log = h("button.chip", {
      type: "button", "data-control": "log_loss", "aria-pressed": "false", title: "Logarithmic scale",
      "aria-label": "Logarithmic scale", onclick: () => this.store.setView({ log_loss: !this.store.view?.log_loss }),
    }, "log");
    tools.replaceChildren(this.keys, this.log);
    this.canvas = h("canvas", { role: "img", tabindex: "0", "data-own-keys": true, "aria-label": "Curves" });
    this.box = h("div.curve-box", {}, this.canvas);
    this.host.replaceChildren(this.box);
    this.tip = tooltip(this.box);
    readable(this.canvas, {
      point: (x, y) => this._point(x, y), leave: () => this._point(null), key: (event) => this._key(event),
    });
    this.canvas.addEventListener("click", ({ offsetY }) => this._open(offsetY));
  }

  theme() {
    this.state = "";
    this.tokens = tokensOf(this.host);
    this.paint();
  }

  resize() {
    this.state = "";
    this.paint();
  }

  enlarge() {
    openCurve(this.host, this.store, this.large);
  }

  _chrome() {
    const { view } = this.store;
    this.shown = this.panels(this.store);
    const [first] = this.shown;
    const key = JSON.stringify(this.shown);
    if (key !== this.key) {
      this.key = key;
      this.others = [];
      // One chart names its lines; several have their names in the picture.
      const names = this.shown.length > 1 ? [] : [...(first?.lines ?? [])].reverse();
      this.keys.replaceChildren(
        first?.id === "error" ? h("span", {}, first.label.toLowerCase()) : "",
        ...names.map((line) => h("span", {}, h(`i.stroke.${line.style}`), line.name, this._now(line))));
    }
    setAttribute(this.log, "aria-pressed", String(Boolean(view?.log_loss)));
    this.log.hidden = (view?.hidden ?? []).includes("log_loss");
    this.log.style.visibility = this.shown.some((panel) => panel.log) ? "visible" : "hidden";
  }

  // Of other data that the run is scored on the number is printed here: the bar has no room for it.
  _now({ style, column }) {
    if (!style.startsWith("other")) return null;
    const id = columnsOf(this.store)[column];
    const element = h("b", { "data-number": id });
    this.others.push({ id, element });
    return element;
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
    const { history, view, frame } = this.store;
    for (const { id, element } of this.others) setNumber(element, frame?.numbers?.[id] ?? NaN, this.shown[0].format(frame?.numbers?.[id]).replace(/\.\d %/, " %"));
    const { clientWidth, clientHeight } = this.canvas;
    const now = frame?.furthest > frame?.step ? timeOf(history, frame.step) : null;
    const state = [history.length, frame?.build, now, this.hover, view?.log_loss, this.key,
      clientWidth, clientHeight, this.tokens.ink].join();
    if (state === this.state) return;
    this.state = state;
    const room = fit(this.canvas);
    room.context.clearRect(0, 0, room.width, room.height);
    const areas = layOut(room, this.shown.length);
    this.drawn = this.shown.map((panel, i) => drawCurve(room.context, areas[i], history, panel, {
      log: Boolean(view?.log_loss), tokens: this.tokens, hover: this.hover, titled: areas.length > 1, now,
    }));
    if (this.hover !== null) this._tip();
    this.describe();
  }

  _point(x, y) {
    const under = this.drawn?.find((chart) => chart?.holds(x, y)) ?? this.drawn?.[0];
    this.hover = x === null || !under ? null : under.rowAt(x);
    this.under = under;
    if (this.hover === null) this.tip.hide();
    this.paint();
  }

  _key(event) {
    const { length } = this.store.history;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Enter" && this.hover !== null) this._open();
    if (!by || !length) return;
    event.preventDefault();
    const from = this.hover ?? length - 1;
    const size = event.shiftKey ? Math.max(1, Math.round(length / 20)) : 1;
    this.hover = Math.max(0, Math.min(length - 1, from + by * size));
    this.paint();
  }

  /** Opens the number of the row that is read: where there are several, that of the line next to `y`. */
  _open(y = 0) {
    const { history, frame } = this.store;
    const chart = this.drawn?.includes(this.under) ? this.under : this.drawn?.[0];
    if (!chart || this.hover === null || this.hover >= history.length) return;
    const read = columnReader(history);
    const away = ({ column }) => Math.abs(chart.yOf(read.cell(this.hover, column)) - y);
    const lines = this.shown[this.drawn.indexOf(chart)].lines.filter(({ column }) => Number.isFinite(read.cell(this.hover, column)));
    if (!lines.length) return;
    const line = lines.reduce((best, other) => (away(other) < away(best) ? other : best));
    const [step, address] = [read.step(this.hover), history.columns[line.column]];
    trailOf(this.store).open({ address: step === frame?.step ? address : `${address}@${step}` });
  }

  _tip() {
    const { history } = this.store;
    const chart = this.drawn?.includes(this.under) ? this.under : this.drawn?.[0];
    if (!chart || this.hover >= history.length) return this.tip.hide();
    const read = columnReader(history);
    const lines = [`epoch ${epoch(read.epoch(this.hover))} · step ${count(read.step(this.hover))}`];
    for (const panel of this.shown) {
      const values = [...panel.lines].reverse().map((line) => [line.name, read.cell(this.hover, line.column)])
        .filter(([, value]) => Number.isFinite(value));
      const texts = values.map(([name, value]) => `${name} ${panel.format(value)}`);
      if (texts.length) lines.push(h("b", {}, texts.join(" · ")));
    }
    return this.tip.show(chart.xOf(this.hover), -12, lines);
  }

  _words() {
    const { history } = this.store;
    const names = this.shown.map((panel) => panel.label).join(" and ");
    if (!history.length) return `${names} over the epochs; training has not begun.`;
    const read = columnReader(history);
    const last = history.length - 1;
    const say = (panel) => panel.lines.map(({ name, column }) => {
      const [from, to] = [read.cell(0, column), read.cell(last, column)];
      if (!Number.isFinite(to)) return "";
      return ` ${name[0].toUpperCase()}${name.slice(1)} went from ${panel.format(from)} to ${panel.format(to)}.`;
    }).join("");
    return `${names} over ${epoch(read.epoch(last))} epochs.${this.shown.map(say).join("")}`;
  }

  destroy() {
    this.describe.cancel();
    this.later.cancel();
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

/**
 * Calibration: of the answers that the network is so sure of, how many are right? On the diagonal it is as sure as it
 * may be; below it is too sure. The bars at the foot say how many answers there are of each confidence.
 */

import { fit, h, readable, setAttribute, setText, throttled, tokensOf } from "../dom.js";
import { count, percent } from "../format.js";
import { Redrawn } from "../plot/redrawn.js";
import { tooltip } from "../plot/tooltip.js";
import { splitOf } from "../samples.js";

const REDRAW_MS = 100;
const ROOM = { left: 30, right: 8, top: 6, bottom: 15, foot: 0.2 };
const TICKS = [0, 0.5, 1];

export default {
  id: "calibration",
  slot: "curves",
  label: "Calibration",
  order: 34,
  shown: (store) => (store.shape?.output.classes ?? []).length > 0,
  probes: (store) => ((store.shape?.output.classes ?? []).length ? [{ id: "calibration" }] : []),
  mount: (host, store, tools) => new Calibration(host, store, tools),
};

class Calibration extends Redrawn {
  constructor(host, store, tools) {
    super();
    Object.assign(this, { host, store, wanted: "test", marked: null });
    this.chips = ["train", "test"].map((split) => h("button.chip", { type: "button", "data-split": split, onclick: () => this._choose(split) }, split));
    this.note = h("span.keys", { title: "Expected calibration error: how far accuracy and confidence are apart in a bin, on average over all answers." });
    const row = [h("span.chips", { role: "group", "aria-label": "Samples that are counted" }, ...this.chips), this.note];
    this.canvas = h("canvas", { role: "img", tabindex: "0", "data-own-keys": true });
    this.box = h("div.plot-box", {}, this.canvas);
    if (tools) tools.replaceChildren(...row);
    host.replaceChildren(...(tools ? [] : row), this.box);
    this.tip = tooltip(this.box);
    readable(this.canvas, { point: (x) => this._point(x), leave: () => this._mark(null), key: (event) => this._key(event) });
    this.describe = throttled(1000, () => setAttribute(this.canvas, "aria-label", this._words()));
    this.later = throttled(REDRAW_MS, () => this._draw());
    this.off = store.on("run", () => this.paint());
    this.theme();
  }

  _choose(split) {
    this.wanted = split;
    this.paint();
  }

  theme() {
    this.tokens = tokensOf(this.host);
    const style = getComputedStyle(this.host);
    Object.assign(this.tokens, { pos: style.getPropertyValue("--pos").trim() || "#0877bd", neg: style.getPropertyValue("--neg").trim() || "#f59322" });
    this.paint();
  }

  _read() {
    const split = splitOf(this.store, this.wanted);
    const [counts, confidence, accuracy, error] = ["counts", "confidence", "accuracy", "error"]
      .map((name) => this.store.latest.get(`calibration/${split}.${name}`)?.data);
    return counts ? { split, counts, confidence, accuracy, error: error[0], total: counts.reduce((sum, each) => sum + each, 0) } : null;
  }

  _draw() {
    const { store, canvas, tokens } = this;
    const found = this._read();
    this.found = found;
    for (const chip of this.chips) {
      setAttribute(chip, "aria-pressed", String(chip.dataset.split === splitOf(store, this.wanted)));
      chip.disabled = chip.dataset.split === "test" && store.shape?.samples?.test === 0;
    }
    if (!found || !canvas.clientWidth) return;
    setText(this.note, `calibration error ${percent(found.error)}`);
    const { context: g, width, height } = fit(canvas);
    g.clearRect(0, 0, width, height);
    const foot = Math.round(height * ROOM.foot);
    const place = { x: ROOM.left, y: ROOM.top, width: width - ROOM.left - ROOM.right, height: height - ROOM.top - ROOM.bottom - foot };
    this.place = place;
    this._axes(g, place, foot);
    const bins = found.counts.length;
    const most = Math.max(...found.counts, 1);
    found.counts.forEach((many, bin) => {
      if (!many) return;
      const x = place.x + (bin / bins) * place.width + 1;
      const wide = place.width / bins - 2;
      const [right, sure] = [found.accuracy[bin], found.confidence[bin]].map((share) => place.y + (1 - share) * place.height);
      g.globalAlpha = bin === this.marked ? 1 : 0.75;
      g.fillStyle = tokens.pos;
      g.fillRect(x, right, wide, place.y + place.height - right);
      // the gap to the confidence, hatched by its outline: too sure above the bar, not sure enough within it
      g.strokeStyle = found.accuracy[bin] < found.confidence[bin] ? tokens.neg : tokens.ink;
      g.lineWidth = 1.5;
      g.setLineDash([3, 2]);
      g.strokeRect(x + 0.75, Math.min(sure, right), wide - 1.5, Math.abs(right - sure));
      g.setLineDash([]);
      g.fillStyle = tokens.ink2;
      const high = Math.max(1, (many / most) * (foot - 4));
      g.fillRect(x, height - ROOM.bottom - high, wide, high);
      g.globalAlpha = 1;
    });
    g.strokeStyle = tokens.ink2;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(place.x, place.y + place.height);
    g.lineTo(place.x + place.width, place.y);
    g.stroke();
    if (this.marked !== null) this._tip();
    this.describe();
  }

  _axes(g, { x, y, width, height }, foot) {
    const { tokens } = this;
    g.font = `11px ${tokens.font}`;
    g.fillStyle = tokens.ink2;
    g.strokeStyle = tokens.line;
    g.textBaseline = "middle";
    for (const tick of TICKS) {
      g.textAlign = "right";
      g.fillText(`${tick * 100}`, x - 5, Math.max(y + 5, y + (1 - tick) * height));
      g.textAlign = tick === 1 ? "right" : tick ? "center" : "left";
      g.fillText(tick === 0.5 ? "how sure, %" : `${tick * 100}`, x + tick * width, y + height + foot + 9);
      g.beginPath();
      g.moveTo(x, Math.round(y + (1 - tick) * height) + 0.5);
      g.lineTo(x + width, Math.round(y + (1 - tick) * height) + 0.5);
      g.stroke();
    }
    g.save();
    g.translate(6, y + height / 2);
    g.rotate(-Math.PI / 2);
    g.textAlign = "center";
    if (height > 60) g.fillText("right, %", 0, 0);
    g.restore();
  }

  _point(x) {
    const { place, found } = this;
    if (!place || !found) return;
    const bin = Math.floor(((x - place.x) / place.width) * found.counts.length);
    this._mark(bin >= 0 && bin < found.counts.length ? bin : null);
  }

  _mark(bin) {
    this.marked = bin;
    if (bin === null) this.tip.hide();
    this._draw();
  }

  _key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !this.found) return;
    event.preventDefault();
    const bins = this.found.counts.length;
    this._mark(Math.max(0, Math.min(bins - 1, (this.marked ?? (by > 0 ? -1 : bins)) + by)));
    setAttribute(this.canvas, "aria-label", this._lines(this.marked).join(". "));
  }

  _lines(bin) {
    const { counts, confidence, accuracy } = this.found;
    const bins = counts.length;
    const title = `${(100 * bin) / bins} to ${(100 * (bin + 1)) / bins} % sure`;
    if (!counts[bin]) return [title, "no answers"];
    return [title, `${count(counts[bin])} answers, ${percent(confidence[bin])} sure on average`, `${percent(accuracy[bin])} of them right`];
  }

  _tip() {
    const [title, ...lines] = this._lines(this.marked);
    const { place, found } = this;
    this.tip.show(place.x + ((this.marked + 0.5) / found.counts.length) * place.width, place.y + place.height / 2, [h("b", {}, title), ...lines]);
  }

  _words() {
    const { found } = this;
    if (!found) return "Calibration; nothing has been computed yet.";
    const bins = [...found.counts.keys()].filter((bin) => found.counts[bin]);
    return `Calibration on ${count(found.total)} ${found.split} samples: expected calibration error ${percent(found.error)}. `
      + bins.map((bin) => `${this._lines(bin).join(", ")}.`).join(" ");
  }

  destroy() {
    this.describe.cancel();
    this.later.cancel();
    this.off();
    this.host.replaceChildren();
  }
}

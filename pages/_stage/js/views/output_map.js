/**
 * The output over the plane, or any unit's while it is looked at, with the data points on it.
 * Points that the network has right sink into their ground; wrong ones stand out.
 */

import { pointedProbes, Picture } from "../dock/sample.js";
import { trailOf } from "../dock/trail.js";
import { fit, h, readable, setAttribute, setText, themeOf, throttled, tokensOf } from "../dom.js";
import { loss, number, percent } from "../format.js";
import { className, exists, focusOf, numberAddress, placeName, unitAddress } from "../names.js";
import { axisText, placeText } from "../plot/axes.js";
import { MapPainter, rangeOf, valueAt } from "../plot/map.js";
import { colourFor } from "../plot/marks.js";
import { ProbeTool } from "../plot/probe.js";
import { DrawTool } from "../plot/draw.js";
import { AxesLayer, clipPlane, drawMark, planeOf } from "../plot/plane.js";
import { countWrong, drawFlipped, placeOf, pointAt, pointsOf, PointsLayer, saidOf, Target } from "../plot/points.js";
import { Slice, sliceOf } from "../plot/slice.js";
import { tooltip } from "../plot/tooltip.js";

// An end of a scale without the zeros that say nothing: "1", not "1.00".
const round = (value) => number(value).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

const NEAR = 9; // pixels within which a point counts as pointed at

const shownUnit = (store) => (store.shape ? unitAddress(store.shape, focusOf(store)) : null);

/** A split's points, once they have places: pictures have none. */
const placed = (store, split) => [pointsOf(store, split)].find((points) => points?.x) ?? null;

export default {
  id: "output_map",
  slot: "output",
  shown: (store) => store.shape.shape.length !== 3,
  probes(store) {
    const unit = shownUnit(store);
    return [{ id: "output_map", size: 100, ...(unit ? { unit } : {}), ...sliceOf(store) }, { id: "points" }, { id: "predictions" }, ...pointedProbes(store)];
  },
  mount: (host, store) => new OutputMap(host, store),
};

class OutputMap {
  constructor(host, store) {
    Object.assign(this, { host, store });
    this.painter = new MapPainter();
    this.axes = new AxesLayer();
    [this.trainLayer, this.testLayer] = [new PointsLayer(), new PointsLayer()];
    this.pointer = null;
    this.marked = false;
    this._build();
    this.describe = throttled(1000, () => setAttribute(this.canvas, "aria-label", this._words()));
    this.off = ["run", "view", "hover", "selected", "asked"].map((event) => store.on(event, () => this._chrome()));
    this.off.push(...["consequence", "receipt", "walk"].map((event) => store.on(event, () => this.paint())));
    this.off.push(store.on("sample", () => {
      this.marked = true;
      this.paint();
    }));
    this.theme();
    this._chrome();
  }

  _build() {
    this.title = h("h3", {}, "Output");
    this.keyTest = h("span.key-test", {}, h("i.dot.hollow"), "test");
    this.canvas = h("canvas", { role: "img", tabindex: "0", "data-own-keys": true, "aria-label": "Output over the plane" });
    this.box = h("div.map-box", {}, this.canvas);
    this.scale = h("div.scale", { "aria-hidden": "true" },
      (this.high = h("span", {}, "+1")), h("div.scale-bar"), (this.low = h("span", {}, "−1")));
    this.toggles = h("div.card-foot", {}, this._toggle("show_test", "Show test data"),
      this._toggle("discretize", "Discretize"));
    this.pen = new DrawTool(this.store, this.canvas, () => this.room, () => this.paint());
    this.box.append(this.pen.invite);
    this.probe = new ProbeTool(this.store, this.canvas, () => (this.pen.on ? null : this.room), () => this._marked());
    this.root = h("section.card.output-card", { "aria-label": "Output" },
      h("header.card-head", {}, this.title,
        h("span.keys", {}, h("span", {}, h("i.dot"), "train"), this.keyTest, this.pen.button)),
      h("div.map-row", {}, this.box, this.scale), (this.slice = new Slice(this.store)).element, this.toggles, this.pen.bar);
    this.host.replaceChildren(this.root);
    this.tip = tooltip(this.box);
    this.picture = new Picture();
    readable(this.canvas, {
      point: (x, y) => this._point(x, y), leave: () => this._point(null), key: (event) => this._key(event),
    });
    this.canvas.addEventListener("click", () => this._choose());
  }

  _toggle(id, label) {
    const box = h("input", { type: "checkbox", onchange: () => this.store.setView({ [id]: box.checked }) });
    this[id] = h("label.switch", { "data-control": id }, box, h("span.switch-track"), h("span", {}, label));
    this[id].box = box;
    return this[id];
  }

  // What depends on the run and on what is looked at, not on the frame.
  _chrome() {
    const { shape, view } = this.store;
    if (!shape) return;
    const unit = shownUnit(this.store);
    const place = unit && focusOf(this.store);
    setText(this.title, unit ? placeName(shape, place) : "Output");
    this.root.classList.toggle("is-unit", Boolean(unit));
    const hidden = view?.hidden ?? [];
    for (const id of ["show_test", "discretize"]) {
      this[id].box.checked = Boolean(view?.[id]);
      this[id].hidden = hidden.includes(id);
    }
    const noTest = shape.samples?.test === 0;
    this.show_test.box.disabled = noTest;
    this.show_test.title = noTest ? "These data have no test points." : "";
    this.keyTest.style.visibility = view?.show_test && !noTest ? "visible" : "hidden";
    this.root.classList.toggle("many", shape.output.target === "classes" && !unit);
    const stands = place && place.input === undefined && className(shape, place.layer, place.unit) !== null;
    this.colour = stands ? colourFor(shape.output.classes.length, place.unit, this.name) : null;
    this.root.style.setProperty("--bar", this.colour ? `linear-gradient(0deg, var(--zero), ${this.colour})` : "");
    this.slice.update();
    this.pen.update();
    this.toggles.hidden = this.pen.on;
    this.paint();
  }

  theme() {
    this.name = themeOf(this.host);
    this.tokens = tokensOf(this.host);
    this.accent = this.name === "dark" ? "#3b5bdb" : this.tokens.accent; // can be told from the map's own colours
    this._chrome();
  }

  resize() {
    this.axes.clear();
    this.paint();
  }

  /** Draws the latest frame. */
  paint() {
    const { store } = this;
    if (!store.shape || !this.canvas.clientWidth) return;
    const { axes } = store.shape;
    const room = planeOf(fit(this.canvas), store.shape.extent ?? 6, axes);
    const { g, side, ratio, left, top } = room;
    this.room = room;
    // On a neuron's own map no point is wrong: only the output answers.
    this.target = new Target(store.shape, this.name, !shownUnit(store));
    this.map = store.frame?.arrays.get("output_map/output") ?? null;
    g.clearRect(0, 0, this.canvas.width, this.canvas.height);
    clipPlane(room);
    g.fillStyle = this.tokens.line;
    g.fillRect(left, top, side, side);
    if (this.map) {
      const hard = Boolean(store.view?.discretize);
      this.painter.draw(g, this.map, { x: left, y: top, side }, { theme: this.name, hard, ratio, colour: this.colour });
    }
    g.restore();
    this.axes.draw(room, axes, this.tokens, this.name);
    clipPlane(room);
    this.train = placed(store, "train");
    this.test = store.view?.show_test && store.shape.samples?.test !== 0 ? placed(store, "test") : null;
    if (this.test) this.testLayer.draw(g, this.test, this.target, room, true);
    if (this.train) this.trainLayer.draw(g, this.train, this.target, room, false);
    drawFlipped(room, store.consequence, { train: this.train, test: this.test }, this.accent);
    this._mark(room);
    this.pen.draw(room, this.train, this.target, this.pointer, this.tokens);
    g.restore();
    this._ends();
    this._tip();
    this.describe();
  }

  // Where the mark of the chosen sample is.
  _marked() {
    const i = this.store.sample;
    const chosen = this.marked || exists(this.store.shape, this.store.selected) || Number.isInteger(this.store.walk?.sample);
    return chosen && i < (this.train?.total ?? 0) ? [this.train.x[2 * i], this.train.x[2 * i + 1]] : null;
  }

  _mark(room) { // a receipt or a walk may speak of another sample than the chosen one
    const sample = trailOf(this.store).here?.sample ?? this.store.walk?.sample;
    const made = this.probe.draw(room, this.accent, this.tokens.font);
    const place = made ? sample?.[0] === "test" && placeOf(this.store, sample) : placeOf(this.store, sample) ?? this._marked();
    if (place) drawMark(room, ...place, this.accent);
  }

  _ends() {
    const { shape } = this.store;
    if (!this.map) return;
    const unit = shownUnit(this.store);
    const [low, high] = rangeOf(this.map);
    setText(this.low, unit ? round(low) : shape.output.ends?.[0] ?? round(low));
    setText(this.high, unit ? round(high) : shape.output.ends?.[1] ?? round(high));
  }

  _point(x, y) {
    this.pointer = x === null ? null : { x, y };
    this._tip();
  }

  _plane() {
    return this.room.at(this.pointer.x, this.pointer.y);
  }

  _found() {
    const { x, y } = this._plane();
    return pointAt({ Train: this.train, Test: this.test }, x, y, (NEAR / this.room.side) * 2 * this.room.extent);
  }

  _tip() {
    const plane = this.pointer && this.room && this.map ? this._plane() : null;
    const reads = plane?.inside && !this.pen.on && !this.probe.isAt(plane);
    const found = reads ? this._found() : null;
    this.store.setPointed(found && { split: found.split.toLowerCase(), sample: found.index });
    this.canvas.style.cursor = "";
    if (!reads) return this.tip.hide();
    const { shape } = this.store;
    const { value, byte, winner } = valueAt(this.map, plane.across, plane.down);
    const ends = [this.low.textContent, this.high.textContent];
    // A byte tells about 1/255 of the range, so two decimals are all that is known.
    const text = byte === 0 || byte === 255 ? ends[byte ? 1 : 0] : value.toFixed(2).replace("-", "−");
    const unit = shownUnit(this.store);
    const what = unit ? placeName(shape, focusOf(this.store)) : "Output";
    const lines = [placeText(shape.axes, plane.x, plane.y),
      h("b", {}, winner === null ? `${what}: ${text}` : `${shape.output.classes[winner]}: probability ${value.toFixed(2)}`)];
    if (found) lines.push(saidOf(found, this.target), ...this.picture.shown(this.store));
    this.canvas.style.cursor = "pointer";
    return this.tip.show(this.pointer.x, this.pointer.y, lines);
  }

  // A point is chosen; what is chosen already, and any other place, opens: the map's value there is a number too.
  _choose() {
    const { store } = this;
    const plane = this.pointer && this.room && this.map && !this.pen.on ? this._plane() : null;
    if (!plane?.inside) return;
    const found = this._found();
    const known = this.marked && found?.index === store.sample;
    if (found?.split === "Train" && !known) {
      this.marked = true;
      store.setSample(found.index);
      this.paint();
      return;
    }
    if (!found && sliceOf(store).beyond) { // a receipt has no name for a place beside the mean; the card of what if has
      store.setWhatIf({ point: [plane.x, plane.y], inputs: {}, ...sliceOf(store) });
      return;
    }
    const sample = !found ? ["point", plane.x, plane.y] : found.split === "Train" ? found.index : ["test", found.index];
    trailOf(store).open({ address: this._address(plane), sample });
  }

  // Of several outputs the one that wins there.
  _address({ across, down }) {
    const { shape } = this.store;
    if (shownUnit(this.store)) return numberAddress(focusOf(this.store));
    return numberAddress({ layer: shape.layers.length - 1, unit: valueAt(this.map, across, down).winner ?? 0 });
  }

  _key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!this.room) return;
    if (moves[event.key]) {
      const { side, left, top } = this.room;
      const from = this.pointer ?? { x: left + side / 2, y: top + side / 2 };
      const step = event.shiftKey ? 20 : 4;
      const clamp = (value, start) => Math.max(start, Math.min(start + side, value));
      const [right, down] = moves[event.key];
      this._point(clamp(from.x + right * step, left), clamp(from.y + down * step, top));
      if (this.pen.on) this.paint();
      else this.probe.follow(this.pointer);
    } else if (this.pen.on) {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.pen.key(event, this.pointer)) return;
    } else if (this.probe.key(event, this.pointer)) this.paint();
    else if (event.key === "Enter") this._choose();
    else if (event.key === "Escape") this._point(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // The picture in words, for who cannot see it.
  _words() {
    const { shape, frame } = this.store;
    if (!shape || !frame) return "Output over the plane; nothing has been computed yet.";
    const n = frame.numbers;
    const span = shape.axes.map((axis) => `${axis.name} from ${axisText(axis, -shape.extent)} to ${axisText(axis, shape.extent)}`);
    const parts = [`${this.title.textContent} over the plane of ${span.join(" and ")}.`,
      `Epoch ${Math.floor(frame.epoch)}: train loss ${loss(n.train_loss)}${Number.isFinite(n.test_loss) ? `, test loss ${loss(n.test_loss)}` : ""}.`];
    if (Number.isFinite(n.train_accuracy)) {
      const wrong = countWrong(this.train, this.target);
      parts.push(`${percent(n.train_accuracy)} of the train points are right${Number.isFinite(n.test_accuracy) ? `, and ${percent(n.test_accuracy)} of the test points` : ""}; ${wrong} train points stand out as wrong.`);
    }
    if (Number.isFinite(n.train_error)) parts.push(`Error on the train points ${number(n.train_error)}.`);
    return parts.join(" ");
  }

  destroy() {
    this.describe.cancel();
    this.store.setPointed(null);
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

/**
 * The code of an autoencoder: pictures, what is left of them, and what is made of that again, side by side. A code of
 * two numbers is a plane of decoded pictures; whatever place of it is pointed at, dragged over or stepped to is decoded.
 */

import { h, setAttribute, setText, themeOf, throttled } from "../dom.js";
import { short } from "../format.js";
import { layerName } from "../names.js";
import { drawPlane, placeAt } from "../plot/code_plane.js";
import { imageOf } from "../plot/pixels.js";
import { Redrawn } from "../plot/redrawn.js";
import { chosen, kindsOf } from "../samples.js";
import { signed } from "../colour.js";

const STEP = 1 / 40; // of the plane, for an arrow key
const REDRAW_MS = 100;
const BARS = 24; // numbers of a code that are drawn

const made = (store) => (store.shape?.output.picture ?? []).length > 0;
const asked = (store) => store.asked.code ?? {};

export default {
  id: "code",
  slot: "curves",
  label: "Code",
  order: 5,
  shown: made,
  probes: (store) => (made(store) ? [{ id: "code", ...chosen(store), ...asked(store) }] : []),
  mount: (host, store, tools) => new Code(host, store, tools),
};

class Code extends Redrawn {
  constructor(host, store, tools) {
    super();
    Object.assign(this, { host, store, columns: [] });
    this.note = h("span.keys", {});
    tools.replaceChildren(this.note);
    this.plane = h("canvas.code-plane", { role: "img", tabindex: "0", "data-own-keys": true });
    this.decoded = h("canvas.pixels", { role: "img", "aria-label": "Picture decoded from the place on the plane" });
    this.place = h("span.code-place", { role: "status" });
    this.pair = h("div.code-pair", {}, this.plane, h("figure", {}, this.decoded, h("figcaption", {}, this.place)));
    this.rows = h("div.code-rows", {});
    this.box = h("div.code-box", {}, this.pair, this.rows);
    host.replaceChildren(this.box);
    for (const name of ["pointerdown", "pointermove"]) this.plane.addEventListener(name, (event) => this._point(event));
    this.plane.addEventListener("keydown", (event) => this._key(event));
    this.later = throttled(REDRAW_MS, () => this._draw());
    this.off = ["run", "asked", "sample"].map((event) => store.on(event, () => this.paint()));
    this.theme();
  }

  _read(name) {
    return this.store.latest.get(`code/${name}`) ?? null;
  }

  _draw() {
    const { store } = this;
    const [layer, code] = ["layer", "code"].map((name) => this._read(name));
    if (!store.shape || !layer || !code || layer.data[0] >= store.shape.layers.length) return;
    const flat = code.shape[1] === 2 && this._read("grid");
    const many = code.shape[1];
    setText(this.note, `${layerName(store.shape, layer.data[0])}: ${many} ${many === 1 ? "number" : "numbers"} for each picture`);
    this.pair.hidden = !flat;
    this._side(code, flat && this.host.closest(".card") && !this.host.closest(".phone") ? 3 : 6);
    if (flat) this._flat();
  }

  /** Input, code and output, one column for each sample. */
  _side(code, most) {
    const [input, output, samples] = ["input", "output", "samples"].map((name) => this._read(name));
    const total = Math.min(most, input.shape[0]);
    while (this.columns.length < total) {
      const [before, bars, after] = ["canvas.pixels", "canvas.code-bars", "canvas.pixels"].map((name) => h(name, { role: "img" }));
      this.columns.push({ before, bars, after, root: h("div.code-column", {}, before, bars, after) });
    }
    this.columns.length = total;
    if (this.rows.childElementCount !== total) this.rows.replaceChildren(...this.columns.map(({ root }) => root));
    this.columns.forEach(({ before, bars, after }, i) => {
      const name = `sample ${samples.data[i] + 1}`;
      show(before, input, i, `Input: ${name}`);
      show(after, output, i, `Output for ${name}`);
      const numbers = code.data.subarray(i * code.shape[1], (i + 1) * code.shape[1]);
      this._bars(bars, numbers);
      setAttribute(bars, "aria-label", `Code of ${name}: ${[...numbers.slice(0, 4)].map((x) => short(x, 6)).join(", ")}`);
    });
  }

  // As many squares as the code has numbers, orange below 0 and blue above.
  _bars(canvas, numbers) {
    const shown = numbers.subarray(0, BARS);
    const most = Math.max(1e-9, ...shown.map(Math.abs));
    if (canvas.width !== shown.length) Object.assign(canvas, { width: shown.length, height: 1 });
    const g = canvas.getContext("2d");
    shown.forEach((value, i) => {
      g.fillStyle = signed(value / most, themeOf(this.host));
      g.fillRect(i, 0, 1, 1);
    });
  }

  _flat() {
    const { plane, store } = this;
    const [grid, extent, codes, targets, decoded, place] = ["grid", "extent", "codes", "targets", "decoded", "place"].map((name) => this._read(name));
    if (!plane.clientWidth) return;
    this.extent = extent.data;
    const now = asked(store).place;
    drawPlane(plane, { grid, extent: extent.data, codes: codes.data, targets: targets.data, place: now ?? null }, {
      classes: kindsOf(store, targets.data), theme: themeOf(this.host), tokens: this.tokens,
    });
    if (!now) {
      setText(this.place, "Drag over the plane, or use the arrow keys.");
      this.decoded.hidden = true;
    } else if (decoded && place) {
      this.decoded.hidden = false;
      const [x, y] = [...place.data].map((value) => short(value, 6));
      show(this.decoded, { ...decoded, shape: [1, ...decoded.shape] }, 0, `Picture decoded from the code ${x}, ${y}`);
      setText(this.place, `${x}, ${y}`);
    }
    setAttribute(plane, "aria-label", `Plane of codes with the pictures decoded over it, from ${short(extent.data[0], 6)} to ${short(extent.data[1], 6)} across and `
      + `${short(extent.data[2], 6)} to ${short(extent.data[3], 6)} up. Arrow keys move the place that is decoded.`);
  }

  _ask(place) {
    const [left, right, low, high] = this.extent;
    const held = [Math.min(right, Math.max(left, place[0])), Math.min(high, Math.max(low, place[1]))].map((x) => Number(x.toPrecision(6)));
    this.store.setAsked("code", { ...asked(this.store), place: held });
  }

  // A mouse only has to be over it while it is pressed; a finger drags.
  _point(event) {
    if (!this.extent || (event.type === "pointermove" && !event.buttons)) return;
    if (event.type === "pointerdown") this.plane.setPointerCapture?.(event.pointerId);
    this._ask(placeAt(this.plane, this.extent, event.offsetX, event.offsetY));
  }

  _key(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by || !this.extent) return;
    event.preventDefault();
    const [left, right, low, high] = this.extent;
    const [x, y] = asked(this.store).place ?? [(left + right) / 2, (low + high) / 2];
    const step = event.shiftKey ? 5 * STEP : STEP;
    this._ask([x + by[0] * step * (right - left), y + by[1] * step * (high - low)]);
  }

  destroy() {
    this.later.cancel();
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

function show(canvas, pixels, at, words) {
  const [, rows, columns] = pixels.shape;
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  canvas.getContext("2d").putImageData(imageOf(pixels, at), 0, 0);
  setAttribute(canvas, "aria-label", words);
}

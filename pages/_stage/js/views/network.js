/**
 * The network: every neuron's map, every weight as a link, on one canvas. Above it lie a transparent
 * button per neuron, for pointer and keyboard, and the heads of the layers.
 */

import { Builder } from "../builder/builder.js";
import { classLut, lut } from "../colour.js";
import { h, setAttribute, themeOf, throttled, tokensOf } from "../dom.js";
import { number } from "../format.js";
import { WalkPicture } from "../microscope/picture.js";
import { className } from "../names.js";
import { countFrozen, drawFrost, drawHeld, heldOf, isFrozen } from "../network/frozen.js";
import { Cost } from "../network/cost.js";
import { Heads } from "../network/heads.js";
import { blend, gapsOf, layOut } from "../network/layout.js";
import { drawChosen, drawLinks, middleOf, nearestLink } from "../network/links.js";
import { Marks } from "../network/marks.js";
import { Neurons } from "../network/neurons.js";
import { Strip } from "../network/strip.js";
import { Atlas, Dots, drawRing, Rims } from "../network/tiles.js";
import { drawWords } from "../network/words.js";
import { colourFor } from "../plot/marks.js";

const EASE_MS = 150;
const FOOT = { stage: 68, phone: 40 }; // there lie the cost and, on the stage, the strip of findings, and must not cover a tile
const still = matchMedia("(prefers-reduced-motion: reduce)");

class NetworkView {
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.canvas = h("canvas", { role: "img", "aria-label": "The network" });
    this.field = h("div.net", {}, this.canvas, h("div.marks"), h("div.neurons"), h("div.heads"));
    this.cost = new Cost(store);
    this.builder = new Builder(this.field, store, () => this.arrange(false));
    this.root = h("section.panel.network-card", { "aria-label": "Network" },
      this.builder.shelf.element, h("div.pan", {}, this.field), this.cost.element, this.builder.foot);
    host.replaceChildren(this.root);
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.atlas = new Atlas();
    this.rims = new Rims();
    this.dots = new Dots();
    this.heads = new Heads(this.field.querySelector(".heads"), store, this.builder);
    this.marks = new Marks(this.field.querySelector(".marks"), store);
    this.neurons = new Neurons(this.field, store, (x, y) => nearestLink(this.gaps, this.weightsOf, x, y));
    this.walked = new WalkPicture(this.field, store);
    this.weightsOf = this.weightsOf.bind(this);
    this.speak = throttled(1000, () => this.describe());
    this.off = [store.on("run", () => this.arrange(true)), store.on("walk", (walk) => Boolean(walk) !== this.layout?.walking && this.arrange(true)), store.on("selected", () => this.neurons.mark()), store.on("findings", () => this.blame())];
    this.theme();
    this.arrange(false);
  }

  /** Colours anew. */
  theme() {
    const style = getComputedStyle(this.host);
    const tokens = tokensOf(this.host);
    this.name = themeOf(this.host);
    this.colours = {
      ...tokens, neg: style.getPropertyValue("--neg").trim(), pos: style.getPropertyValue("--pos").trim(),
      zero: style.getPropertyValue("--zero").trim(), rim: style.getPropertyValue("--rim").trim(),
    };
    this.rims.clear();
    this.dots.clear();
    this.paint(this.store.frame);
  }

  resize() {
    this.arrange(false);
  }

  /** Lay out anew, after a change of the network or of the room for it. */
  arrange(ease) {
    const { shape, limits } = this.store;
    const pan = this.field.parentElement;
    if (!shape || !pan.clientWidth) return;
    const stage = this.host.closest(".stage");
    const phone = stage?.classList.contains("phone") ?? false;
    const box = {
      width: pan.clientWidth, height: pan.clientHeight, phone, foot: phone ? FOOT.phone : FOOT.stage,
      projector: stage?.classList.contains("projector") ?? false, walking: Boolean(this.store.walk),
    };
    const before = this.layout;
    this.layout = layOut(shape, limits, box);
    this.phone = phone;
    this.fit();
    this.heads.update(this.layout, phone);
    this.builder.update(this.layout, phone);
    this.neurons.update(this.layout);
    this.marks.update(this.layout);
    this.atlas.reserve(this.layout.columns.reduce((sum, column) => sum + column.rows.length, 0));
    this.show(this.layout);
    const moved = before && ease && !still.matches && JSON.stringify(before.columns) !== JSON.stringify(this.layout.columns);
    if (moved) this.ease(before, performance.now());
    this.paint(this.store.frame);
    this.describe();
  }

  /** The checks found something else. */
  blame() {
    if (!this.layout) return;
    this.marks.update(this.layout);
    this.describe();
  }

  ease(from, start) {
    cancelAnimationFrame(this.easing);
    const move = () => {
      const share = Math.min(1, (performance.now() - start) / EASE_MS);
      this.show(share < 1 ? blend(from, this.layout, 1 - (1 - share) ** 3) : this.layout);
      this.paint(this.store.frame);
      if (share < 1) this.easing = requestAnimationFrame(move);
    };
    move();
  }

  /** The layout that is painted from now on. */
  show(layout) {
    this.shown = layout;
    this.gaps = gapsOf(layout);
    this.strips = this.gaps.map((gap) => new Strip(gap, layout.height, this.ratio));
  }

  /** As sharp as the screen is. */
  fit() {
    const { width, height } = this.layout;
    this.ratio = devicePixelRatio || 1;
    this.field.style.width = `${width}px`;
    const [wide, high] = [Math.round(width * this.ratio), Math.round(height * this.ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      this.canvas.width = wide;
      this.canvas.height = high;
    }
  }

  /** A layer's weights in the latest frame, unless that frame is of another shape. */
  weightsOf(layer) {
    const array = this.store.frame?.arrays.get(`parameters/layers.${layer}.weight`);
    const { units, inputs } = this.store.shape.layers[layer] ?? {};
    return array && array.shape[0] === units && array.shape[1] === inputs ? { data: array.data, inputs } : null;
  }

  /** Draw a frame; null draws the network without its values. */
  paint(frame) {
    if (!this.layout) return;
    const { context: g, ratio, colours, store } = this;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = colours.panel;
    g.fillRect(0, 0, this.layout.width, this.layout.height);
    if (frame?.walk) {
      const { shown: layout, gaps, strips } = this;
      this.walked.paint(g, { frame, layout, gaps, strips, ratio, colours, theme: this.name, phone: this.phone });
      drawWords(g, layout, store.shape, this.phone, colours);
      this.frost();
      this.ring(store.hover, 1.5);
      this.ring(store.selected, 2.5);
      return;
    }
    this.walked.clear();
    const focus = store.hover;
    this.gaps.forEach((gap, at) => {
      const weights = this.weightsOf(gap.layer);
      if (!weights) return;
      const held = heldOf(frame, gap.layer);
      drawLinks(this.strips[at], gap, weights.data, weights.inputs, focus, colours, held);
      this.strips[at].put(g);
      if (held) drawHeld(g, gap, weights, held, focus, colours);
    });
    const links = [store.selected?.link, store.hover?.link].filter(Boolean);
    for (const link of links) this.chosen(link);
    this.tiles(frame, focus);
    for (const link of links) this.pill(link);
    drawWords(g, this.shown, store.shape, this.phone, colours);
    if (!store.playing) this.speak();
  }

  chosen(link) {
    const gap = this.gaps.find(({ layer }) => layer === link.layer);
    const weights = gap && this.weightsOf(link.layer);
    if (weights) drawChosen(this.context, gap, link, weights.data[link.unit * weights.inputs + link.input], this.colours);
  }

  tiles(frame, focus) {
    const { context: g, ratio, colours, store } = this;
    let cell = 0;
    const starts = [];
    for (const column of this.shown.columns) {
      starts.push(cell);
      const maps = frame?.arrays.get(column.layer < 0 ? "neuron_maps/inputs" : `neuron_maps/layers.${column.layer}`);
      column.drawn = Boolean(maps) && maps.shape[0] === column.units;
      if (column.drawn) this.atlas.write(cell, maps.data, column.rows.length, (unit) => this.table(column.layer, unit));
      cell += column.rows.length;
    }
    this.atlas.commit();
    this.shown.columns.forEach((column, at) => {
      const biases = column.layer < 0 ? null : frame?.arrays.get(`parameters/layers.${column.layer}.bias`);
      for (let unit = 0; unit < column.rows.length; unit += 1) {
        const [x, y, size] = [column.x, column.rows[unit], column.size];
        g.globalAlpha = this.strength(column, unit, focus);
        if (column.drawn) this.atlas.draw(g, starts[at] + unit, x, y, size);
        else {
          g.fillStyle = colours.zero;
          g.fillRect(x - size / 2, y - size / 2, size, size);
        }
        g.globalAlpha = 1;
        this.rims.draw(g, x, y, size, ratio, colours);
        if (biases && unit < biases.data.length) this.dots.draw(g, x, y, size, ratio, biases.data[unit], this.name, colours.panel);
      }
    });
    this.frost();
    this.ring(store.hover, 1.5);
    this.ring(store.selected, 2.5);
  }

  /** A snowflake at every tile whose weights and bias are all frozen. */
  frost() {
    for (const { layer, x, rows, size } of this.shown.columns) {
      if (!this.store.shape.layers[layer]) continue; // the inputs, or a fold
      rows.forEach((y, unit) => isFrozen(this.store, layer, unit) && drawFrost(this.context, x, y, size, this.colours));
    }
  }

  /** The colours of a tile's map: an output that stands for a class has that class's. */
  table(layer, unit) {
    const { shape, view } = this.store;
    if (className(shape, layer, unit) === null) return lut(this.name, view.discretize);
    return classLut(colourFor(shape.output.columns, unit, this.name), this.name, view.discretize);
  }

  /** How strongly a tile is drawn: those that what is pointed at has nothing to do with step back. */
  strength(column, unit, focus) {
    if (!focus || column.kind === "fold") return 1;
    const { link } = focus;
    if (link) return (column.layer === link.layer && unit === link.unit) || (column.layer === link.layer - 1 && unit === link.input) ? 1 : 0.4;
    const layer = focus.layer ?? -1;
    if (column.layer === layer) return unit === (focus.unit ?? focus.input) ? 1 : 0.4;
    return Math.abs(column.layer - layer) === 1 ? 1 : 0.4;
  }

  ring(address, width) {
    if (!address || address.link) return;
    const column = this.shown.columns.find(({ kind, layer }) => kind !== "fold" && layer === (address.layer ?? -1));
    const y = column?.rows[address.unit ?? address.input];
    if (y !== undefined) drawRing(this.context, column.x, y, column.size, this.colours.accent, width);
  }

  /** The weight of a link, printed at its middle. */
  pill(link) {
    const gap = this.gaps.find(({ layer }) => layer === link.layer);
    const weights = gap && this.weightsOf(link.layer);
    if (!weights || gap.to.rows[link.unit] === undefined || gap.from.rows[link.input] === undefined) return;
    const { context: g, colours } = this;
    const text = number(weights.data[link.unit * weights.inputs + link.input]);
    const [x, y] = middleOf(gap, link);
    g.font = `600 12px ${colours.font}`;
    const width = Math.ceil(g.measureText(text).width) + 14;
    g.fillStyle = colours.panel;
    g.strokeStyle = colours.accent;
    g.lineWidth = 1;
    g.beginPath();
    g.roundRect(x - width / 2, y - 10, width, 20, 10);
    g.fill();
    g.stroke();
    g.fillStyle = colours.ink;
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillText(text, x, y + 0.5);
  }

  /** The text alternative, and each neuron's bias in its name. */
  describe() {
    const { shape, catalogue, finding } = this.store;
    if (!shape || this.store.walk) return; // a walk says itself what it shows
    const frozen = countFrozen(this.store.frame);
    const name = (id) => catalogue.activations?.find((entry) => entry.id === id)?.label ?? id;
    const parts = shape.layers.map((layer) => `${layer.output ? "output" : "layer"} of ${layer.units} (${name(layer.activation)})`);
    setAttribute(this.canvas, "aria-label", `Network: ${shape.inputs.length} inputs, ${parts.join(", ")}.${frozen ? ` ${frozen} ${frozen === 1 ? "number is" : "numbers are"} frozen.` : ""}${finding ? ` Warning: ${finding.message}` : ""}`);
    this.neurons.name();
  }

  destroy() {
    cancelAnimationFrame(this.easing);
    this.speak.cancel();
    for (const off of this.off) off();
    this.heads.destroy();
    this.builder.destroy();
    this.cost.destroy();
    this.neurons.destroy();
    this.host.replaceChildren();
  }
}

export default {
  id: "network",
  slot: "network",
  // The maps too while somebody walks, so that they are there at once when the walk is left.
  // A network that does not fit together has no numbers yet, and is there to be mended.
  probes: (store) => (store.shape?.layers.some(({ misfit }) => misfit) ? [] : [...(store.walk ? [{ id: "step_values" }] : []), { id: "neuron_maps" }, { id: "parameters" }]),
  mount: (host, store) => new NetworkView(host, store),
};

/**
 * The network: every neuron's map, every weight as a link, on one canvas. Above it lie a transparent
 * button per neuron, for pointer and keyboard, and the heads of the layers.
 */

import { Builder } from "../builder/builder.js";
import { h, setAttribute, themeOf, throttled, tokensOf } from "../dom.js";
import { number } from "../format.js";
import { WalkPicture } from "../microscope/picture.js";
import { countFrozen, drawHeld, heldOf } from "../network/frozen.js";
import { Cost } from "../network/cost.js";
import { Heads } from "../network/heads.js";
import { blend, gapsOf, layOut } from "../network/layout.js";
import { drawChosen, drawLinks, middleOf, nearestLink } from "../network/links.js";
import { Marks } from "../network/marks.js";
import { Neurons } from "../network/neurons.js";
import { drawField } from "../network/reach.js";
import { Show, shownProbes } from "../network/show.js";
import { Curves, Strip } from "../network/strip.js";
import { Tiling } from "../network/tiling.js";
import { PARAMETERS, weightsOf } from "../network/weights.js";
import { drawWindows, drawWires } from "../network/wires.js";
import { drawWords } from "../network/words.js";
import { sliceOf } from "../plot/slice.js";
import { recording } from "../takeaway/svg.js";

const EASE_MS = 150;
const FOOT = { stage: 68, phone: 52, shown: 44 }; // there lie the cost and, on the stage, the strip of findings, and must not cover a tile
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** A layer in words: its size, and what it does. */
function layerWords({ output, label, shape, units, has_activation: acts }, activation) {
  const size = shape.length === 3 ? `${shape[0]} maps of ${shape.slice(1).join(" × ")}` : String(units);
  return `${output ? "output" : "layer"} of ${size} (${shape.length === 3 || !acts ? [label, acts && activation].filter(Boolean).join(", ") : activation})`;
}

class NetworkView {
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.canvas = h("canvas", { role: "img", "aria-label": "The network" });
    this.field = h("div.net", {}, this.canvas, h("div.marks"), h("div.neurons"), h("div.heads"));
    this.cost = new Cost(store);
    this.builder = new Builder(this.field, store, () => this.arrange(false));
    this.showing = new Show(store);
    this.root = h("section.panel.network-card", { "aria-label": "Network" },
      this.builder.shelf.element, h("div.pan", {}, this.field), h("div.net-foot", {}, this.cost.element, this.builder.foot));
    this.builder.foot.prepend(this.showing.element);
    host.replaceChildren(this.root);
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.tiling = new Tiling(store);
    this.heads = new Heads(this.field.querySelector(".heads"), store, this.builder);
    this.marks = new Marks(this.field.querySelector(".marks"), store);
    this.neurons = new Neurons(this.field, store, (x, y) => nearestLink(this.gaps, (layer) => weightsOf(store, layer), x, y));
    this.walked = new WalkPicture(this.field, store);
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
    this.tiling.theme(this.name, this.colours);
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
      width: pan.clientWidth, height: pan.clientHeight, phone, foot: phone ? FOOT.phone + (shape.shape.length === 3 ? FOOT.shown : 0) : FOOT.stage,
      projector: stage?.classList.contains("projector") ?? false, walking: Boolean(this.store.walk),
    };
    const before = this.layout;
    this.layout = layOut(shape, limits, box);
    this.phone = phone;
    this.fit();
    if (pan.clientHeight < box.height) { // a scroll bar came, and takes some of the room
      this.layout = layOut(shape, limits, { ...box, height: pan.clientHeight });
      this.fit();
    }
    this.heads.update(this.layout, phone);
    this.builder.update(this.layout, phone);
    this.neurons.update(this.layout);
    this.marks.update(this.layout);
    this.tiling.reserve(this.layout);
    this.showing.update();
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
    this.gaps = gapsOf(layout, this.store.shape.layers);
    this.strips = this.gaps.map((gap) => (gap.alone ? new Strip(gap, layout.height, this.ratio) : new Curves(gap)));
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
      this.marked();
      return;
    }
    this.walked.clear();
    const focus = store.hover;
    const looked = focus ?? store.selected;
    this.gaps.forEach((gap, at) => {
      const weights = weightsOf(store, gap.layer);
      if (!weights) return;
      const held = heldOf(frame, gap.layer);
      const strip = recording(g) ? new Curves(gap) : this.strips[at];
      drawLinks(strip, gap, weights.data, weights.inputs, focus, colours, weights.windows ? null : held);
      strip.put(g);
      if (held && !weights.windows) drawHeld(g, gap, weights, held, focus, colours);
    });
    drawWires(g, this.shown, this.gaps, { store, focus, colours });
    const links = [store.selected?.link, store.hover?.link].filter(Boolean);
    for (const link of links) this.chosen(link);
    this.tiling.paint(g, frame, this.shown, focus, ratio);
    this.marked();
    for (const link of links) this.pill(link);
    const gap = looked && this.gaps.find(({ layer }) => layer === (looked.link?.layer ?? looked.layer));
    if (gap) drawWindows(g, gap, looked, { store, theme: this.name, colours });
    if (looked?.pixel) drawField(g, this.shown, looked, store, colours);
    drawWords(g, this.shown, store.shape, this.phone, colours);
    if (!store.playing) this.speak();
  }

  /** Snowflakes, and rings around what is pointed at and what is chosen. */
  marked() {
    this.tiling.frost(this.context, this.shown);
    this.tiling.ring(this.context, this.shown, this.store.hover, 1.5);
    this.tiling.ring(this.context, this.shown, this.store.selected, 2.5);
  }

  chosen(link) {
    const gap = this.gaps.find(({ layer }) => layer === link.layer);
    const weights = gap && weightsOf(this.store, link.layer);
    if (weights) drawChosen(this.context, gap, link, weights.data[link.unit * weights.inputs + link.input], this.colours);
  }

  /** The weight of a link, printed at its middle. */
  pill(link) {
    const gap = this.gaps.find(({ layer }) => layer === link.layer);
    const weights = gap && weightsOf(this.store, link.layer);
    if (!weights || weights.windows || gap.to.rows[link.unit] === undefined || gap.from.rows[link.input] === undefined) return;
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
    const parts = shape.layers.map((layer) => layerWords(layer, name(layer.activation)));
    const given = shape.shape.length === 3 ? `pictures of ${shape.shape.join(" × ")}` : `${shape.inputs.length} inputs`;
    setAttribute(this.canvas, "aria-label", `Network: ${given}, ${parts.join(", ")}.${frozen ? ` ${frozen} ${frozen === 1 ? "number is" : "numbers are"} frozen.` : ""}${finding ? ` Warning: ${finding.message}` : ""}`);
    this.neurons.name();
  }

  destroy() {
    cancelAnimationFrame(this.easing);
    this.speak.cancel();
    for (const off of this.off) off();
    this.heads.destroy();
    this.builder.destroy();
    this.cost.destroy();
    this.showing.destroy();
    this.neurons.destroy();
    this.host.replaceChildren();
  }
}

export default {
  id: "network",
  slot: "network",
  // The maps too while somebody walks, so that they are there at once when the walk is left.
  // A network that does not fit together has no numbers yet, and is there to be mended.
  probes: (store) => (store.shape?.layers.some(({ misfit }) => misfit) ? [] : [...(store.walk ? [{ id: "step_values" }] : []), { id: "neuron_maps", ...sliceOf(store) }, PARAMETERS, ...shownProbes(store)]),
  mount: (host, store) => new NetworkView(host, store),
};

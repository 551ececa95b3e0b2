/** Everything that stands on a tile: a neuron's map over the plane or a sample's values, its bias, its rims and rings. */

import { classLut, lut, packed } from "../colour.js";
import { className } from "../names.js";
import { colourFor } from "../plot/marks.js";
import { drawFrost, isFrozen } from "./frozen.js";
import { Maps } from "./maps.js";
import { Atlas, Dots, drawRing, Rims } from "./tiles.js";

export class Tiling {
  /** @param {object} store */
  constructor(store) {
    this.store = store;
    this.atlas = new Atlas();
    this.maps = new Maps();
    this.rims = new Rims();
    this.dots = new Dots();
  }

  /** The theme's colours are others. */
  theme(name, colours) {
    Object.assign(this, { name, colours });
    this.rims.clear();
    this.dots.clear();
  }

  /** Room for a layout's maps. */
  reserve(layout) {
    this.atlas.reserve(layout.columns.reduce((sum, column) => sum + column.rows.length, 0));
  }

  /** @param {CanvasRenderingContext2D} g @param {object} frame @param {object} layout @param {object|null} focus @param {number} ratio */
  paint(g, frame, layout, focus, ratio) {
    const { colours, store } = this;
    const pictures = store.shape.shape.length === 3;
    const starts = pictures ? this.#take(frame, layout) : this.#write(frame, layout);
    layout.columns.forEach((column, at) => {
      const biases = column.layer < 0 || column.bar ? null : frame?.arrays.get(`parameters/layers.${column.layer}.bias`);
      if (column.whole) this.#whole(g, column);
      if (column.bar) return this.#bar(g, column, this.#strength(column, null, focus));
      for (let unit = 0; unit < column.rows.length; unit += 1) {
        const [x, y, size] = [column.xs[unit], column.rows[unit], column.size];
        const known = pictures ? this.maps.has(column.layer, unit) : column.drawn;
        g.globalAlpha = this.#strength(column, unit, focus);
        if (!known || pictures) {
          g.fillStyle = colours.zero;
          if (!known || !column.picture) g.fillRect(x - size / 2, y - size / 2, size, size);
        }
        if (known && pictures) this.maps.draw(g, column.layer, unit, x, y, size);
        else if (known) this.atlas.draw(g, starts[at] + unit, x, y, size);
        g.globalAlpha = 1;
        if (column.picture) this.#frame(g, x, y, size, column.picture);
        else this.rims.draw(g, x, y, size, ratio, colours);
        if (biases && unit < biases.data.length) this.dots.draw(g, x, y, size, ratio, biases.data[unit], this.name, colours.panel);
      }
      return undefined;
    });
  }

  #take(frame, layout) {
    const { store, name: theme, colours } = this;
    this.maps.take(frame, layout.columns, { store, theme, show: store.show, ground: packed(colours.panel) });
    return [];
  }

  #write(frame, layout) {
    let cell = 0;
    const starts = [];
    for (const column of layout.columns) {
      starts.push(cell);
      const maps = frame?.arrays.get(column.layer < 0 ? "neuron_maps/inputs" : `neuron_maps/layers.${column.layer}`);
      column.drawn = Boolean(maps) && maps.shape[0] === column.units;
      if (column.drawn) this.atlas.write(cell, maps.data, column.rows.length, (unit) => this.#table(column.layer, unit));
      cell += column.rows.length;
    }
    this.atlas.commit();
    return starts;
  }

  /** A thin line around a picture. */
  #frame(g, x, y, size, [high, wide]) {
    const scale = size / Math.max(high, wide);
    const [width, height] = [wide * scale, high * scale];
    g.strokeStyle = this.colours.rim;
    g.lineWidth = 1;
    g.strokeRect(x - width / 2 - 0.5, y - height / 2 - 0.5, width + 1, height + 1);
  }

  #whole(g, { x, whole: { y, size }, picture }) {
    const image = this.maps.whole();
    g.imageSmoothingEnabled = false;
    if (image) g.drawImage(image, x - size / 2, y - size / 2, size, size);
    g.imageSmoothingEnabled = true;
    this.#frame(g, x, y, size, picture);
  }

  #bar(g, column, strength) {
    const { x, rows, size, pitch } = column;
    const [top, high] = [rows[0] - pitch / 2, rows.length * pitch];
    g.fillStyle = this.colours.zero;
    g.fillRect(x - size / 2, top, size, high);
    g.globalAlpha = strength;
    this.maps.bar(g, column);
    g.globalAlpha = 1;
    g.strokeStyle = this.colours.rim;
    g.lineWidth = 1;
    g.strokeRect(x - size / 2 - 0.5, top - 0.5, size + 1, high + 1);
  }

  /** A snowflake at every tile whose weights and bias are all frozen. */
  frost(g, layout) {
    for (const { layer, xs, rows, size, bar } of layout.columns) {
      if (!this.store.shape.layers[layer] || bar) continue; // the inputs, or a fold
      rows.forEach((y, unit) => isFrozen(this.store, layer, unit) && drawFrost(g, xs[unit], y, size, this.colours));
    }
  }

  /** The ring around what an address names. */
  ring(g, layout, address, width) {
    if (!address || address.link) return;
    const column = layout.columns.find(({ kind, layer }) => kind !== "fold" && layer === (address.layer ?? -1));
    const unit = address.unit ?? address.input;
    const y = column?.rows[unit];
    if (y === undefined) return;
    if (!column.bar) return void drawRing(g, column.xs[unit], y, column.size, this.colours.accent, width);
    g.strokeStyle = this.colours.accent;
    g.lineWidth = width;
    g.strokeRect(column.x - column.size / 2 - 2, y - column.pitch / 2 - 1, column.size + 4, column.pitch + 2);
  }

  /** The colours of a tile's map: an output that stands for a class has that class's. */
  #table(layer, unit) {
    const { shape, view } = this.store;
    if (className(shape, layer, unit) === null) return lut(this.name, view.discretize);
    return classLut(colourFor(shape.output.columns, unit, this.name), this.name, view.discretize);
  }

  /** How strongly a tile is drawn: those that what is pointed at has nothing to do with step back. */
  #strength(column, unit, focus) {
    if (!focus || column.kind === "fold") return 1;
    const { link } = focus;
    const { layers } = this.store.shape;
    const feeds = (source, target) => Boolean(layers[target]?.from.includes(source));
    if (link) return (column.layer === link.layer && unit === link.unit) || (feeds(column.layer, link.layer) && unit === link.input) ? 1 : 0.4;
    const layer = focus.layer ?? -1;
    if (column.layer === layer) return unit === null || unit === (focus.unit ?? focus.input) ? 1 : 0.4;
    if (focus.pixel && column.picture && column.layer < layer) return 1; // its receptive field is outlined there
    return feeds(column.layer, layer) || feeds(layer, column.layer) ? 1 : 0.4;
  }
}

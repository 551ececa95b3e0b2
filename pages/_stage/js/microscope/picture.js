/**
 * The network while a step is walked. In the place of maps and weights stand the values of the coming step
 * that are known so far; what the operation is about is lifted, the rest steps back.
 */

import { h, setAttribute } from "../dom.js";
import { className, neuronName, sourceName } from "../names.js";
import { drawChosen, middleOf } from "../network/links.js";
import { Figures, growth, placesOf } from "./figures.js";
import { Judge } from "./judge.js";
import { Known } from "./known.js";
import { drawBar, drawFlow, drawTile, largest, shade, strength } from "./tiles.js";
import { Travel } from "./travel.js";

const CAPTION = 12; // px above a column's first tile
const WIRE = 26; // px from the output to the card of target and loss, and from its middle at least …
const LEAST = 24; // … so many more, for the caption of a small tile
const NARROW = 112; // px between columns below which only the shortest words fit

/** Whether there is one number for each tile: an answer that is a picture in a row has one for each pixel. */
const tells = ({ values }, { picture, units }) => !picture || values.length === units;

export class WalkPicture {
  /** @param {HTMLElement} field the network's own @param {object} store */
  constructor(field, store) {
    this.store = store;
    const canvas = h("canvas.travel", { "aria-hidden": "true" });
    const figures = h("div.walked-numbers");
    const judge = h("div.judge", { role: "group", "aria-label": "Target and loss", hidden: true });
    field.querySelector(".heads").before(canvas, figures, judge);
    this.travel = new Travel(canvas);
    this.figures = new Figures(figures);
    this.judge = new Judge(judge);
    this.field = field;
  }

  /** As if there had been no walk. */
  clear() {
    if (!this.shown) return;
    this.shown = false;
    this.field.classList.remove("walking");
    this.travel.clear();
    this.figures.clear();
    this.judge.clear();
  }

  /**
   * Paint a stop over the cleared canvas.
   * @param {CanvasRenderingContext2D} g
   * @param {{frame: object, layout: object, gaps: object[], strips: object[], ratio: number, colours: object, theme: string, phone: boolean}} scene
   */
  paint(g, scene) {
    const { frame, layout, gaps, strips } = scene;
    const { shape } = this.store;
    this.shown = true;
    this.field.classList.add("walking");
    const known = new Known(frame, shape);
    const now = known.current();
    const columns = layout.columns.map((column, at) => ({
      column, at, halves: [known.value(column.layer), known.second(column.layer)].filter((half) => half && tells(half, column)),
    })).filter(({ column }) => column.kind !== "fold");
    const flows = gaps.map((gap) => known.links(gap.layer));
    const scales = this.#scales([...columns.flatMap(({ halves }) => halves), ...flows.filter(Boolean)]);
    gaps.forEach((gap, at) => {
      const flow = flows[at];
      drawFlow(strips[at], gap, flow && { values: flow.values, most: scales.of(flow) }, shape.layers[gap.layer].inputs, now.gaps.includes(gap.layer), scene.colours);
      strips[at].put(g);
    });
    for (const link of [this.store.selected?.link, this.store.hover?.link].filter(Boolean)) {
      const at = gaps.findIndex(({ layer }) => layer === link.layer);
      const value = flows[at]?.values[link.unit * shape.layers[link.layer].inputs + link.input];
      if (value !== undefined) drawChosen(g, gaps[at], link, 2 * strength(value, scales.of(flows[at])), scene.colours);
    }
    this.figures.begin();
    gaps.forEach((gap, at) => flows[at] && this.#onLinks(gap, flows[at], now, known));
    for (const each of columns) this.#column(g, each, scales, now, known, scene);
    this.figures.end();
    this.#captions(g, columns, gaps, flows, now, scene);
    const output = layout.columns.at(-1);
    const edge = output.x + Math.max(output.size / 2, LEAST) + WIRE;
    const judged = this.judge.paint(known, shape, { x: edge, y: output.middle, width: output.x + layout.judge - edge - 8 });
    if (judged) this.#wire(g, output, edge, known, scene.colours);
    const { index, step, sentence } = known.walk;
    setAttribute(g.canvas, "aria-label", `Network, one step taken apart. ${sentence}`);
    this.travel.show(`${step} ${index}`, gaps.filter(({ layer }) => now.gaps.includes(layer)), now.travel,
      { width: layout.width, height: layout.height, ratio: scene.ratio }, scene.colours.accent);
  }

  /** The end of each kind's colours: values by column, all else over the whole network, so that layers compare. */
  #scales(shown) {
    const common = new Map();
    for (const { kind, values } of shown) {
      if (kind !== "value") common.set(kind, Math.max(common.get(kind) ?? 0, largest([values])));
    }
    return { of: ({ kind, values }) => (kind === "value" ? Math.max(1, largest([values])) : common.get(kind)) };
  }

  #column(g, { column, halves, at }, scales, { columns }, known, { colours, theme }) {
    const { shape, hover } = this.store;
    const current = columns.includes(column.layer);
    column.rows.forEach((y, unit) => {
      const shades = halves.map((half) => shade(half.values[unit], half.kind, scales.of(half), theme));
      if (column.bar) {
        drawBar(g, { x: column.xs[unit], y, size: column.size, high: column.pitch, colours: shades, current });
        return;
      }
      drawTile(g, { x: column.xs[unit], y, size: column.size, colours: shades, current }, colours);
      const name = column.layer < 0 ? shape.inputs[unit]?.label ?? "Input" : neuronName(shape, column.layer, unit);
      halves.forEach((half, place) => this.figures.tile({
        key: `${column.layer}:${unit}:${place}`, address: `${half.address}[${unit}]`, sample: known.walk.sample,
        value: half.values[unit], spread: half.spread?.[unit], title: `${name}, ${half.symbol}${half.over}`,
        x: column.xs[unit], y, size: column.size, half: place, halves: halves.length, colour: shades[place], current, column: at, row: unit, stop: current && (columns.length === 1 || column.output),
        lifted: hover?.layer === column.layer && hover.unit === unit,
      }));
    });
  }

  /** The numbers of few links, and in any case that of what is pointed at or chosen. */
  #onLinks(gap, flow, { gaps }, known) {
    const { shape, hover, selected } = this.store;
    const { inputs } = shape.layers[gap.layer];
    const current = gaps.includes(gap.layer);
    const places = placesOf(gap, inputs);
    for (const link of [hover?.link, selected?.link]) {
      const shown = link?.layer === gap.layer && gap.to.rows[link.unit] !== undefined && gap.from.rows[link.input] !== undefined;
      if (!shown || places.some(({ unit, input }) => unit === link.unit && input === link.input)) continue;
      const [x, y] = middleOf(gap, link);
      places.push({ unit: link.unit, input: link.input, x, y });
    }
    for (const { unit, input, x, y } of places) {
      this.figures.link({
        key: `${gap.layer}:${unit}:${input}`, ...flow.numbers(unit, input), sample: known.walk.sample, value: flow.values[unit * inputs + input],
        title: `${sourceName(shape, gap.layer, input)} → ${neuronName(shape, gap.layer, unit)}, ${flow.symbol}`, x, y, current, size: gap.to.size,
        stop: current && gaps.length === 1,
      });
    }
  }

  /** What each column's and each gap's numbers are, with an arrow where something travels. */
  #captions(g, columns, gaps, flows, now, { layout, colours, phone }) {
    const narrow = layout.spacing < NARROW;
    g.textBaseline = "middle";
    g.textAlign = "center";
    const larger = growth(Math.max(...columns.map(({ column }) => column.size)));
    const widthOf = (text, current) => {
      g.font = `${current ? 700 : 600} ${(narrow ? 11 : 12) * larger}px ${colours.font}`;
      return g.measureText(text).width;
    };
    const say = (text, x, y, current) => {
      const wide = widthOf(text, current) + 8;
      g.fillStyle = colours.panel;
      g.fillRect(x - wide / 2, y - 8 * larger, wide, 16 * larger);
      g.fillStyle = current ? colours.accent : colours.ink2;
      g.fillText(text, x, y);
    };
    gaps.forEach((gap, at) => {
      const current = now.gaps.includes(gap.layer);
      if (!flows[at] || (narrow && !current)) return;
      const arrow = !current || !now.travel ? "" : now.travel > 0 ? "→ " : "← ";
      const text = arrow + (narrow ? this.#short(flows[at].symbol) : flows[at].symbol);
      const [x, y] = middleOf(gap, { unit: 0, input: 0 });
      // Where it would lie over the tiles it stands above them, and above what their columns are called.
      const above = Math.min(gap.from.rows[0], gap.to.rows[0]) - gap.to.size / 2 - 2.3 * CAPTION;
      say(text, x, widthOf(text, current) > gap.x1 - gap.x0 ? above : y - 22, current);
    });
    for (const { column, halves: [value, second] } of columns) {
      const current = now.columns.includes(column.layer);
      if (!column.rows.length) continue;
      if (value && !(phone && column.layer < 0)) say(narrow ? value.symbol : value.words ?? value.symbol, column.x, column.rows[0] - column.size / 2 - CAPTION * larger, current);
      const below = column.rows.at(-1) + column.size / 2 + CAPTION * larger + (className(this.store.shape, column.layer, 0) === null ? 2 : 17);
      if (!second) continue;
      // Below the output the card of target and loss may begin where a long word ends.
      const beside = column.output && widthOf(second.symbol, true) / 2 + 4 > Math.max(column.size / 2, LEAST) + WIRE;
      say(narrow ? this.#short(second.symbol) : second.symbol.replace(beside ? "gradient " : "", ""), column.x, below, current);
    }
  }

  /** Words for narrow columns: the symbol alone. */
  #short(symbol) {
    return symbol.replace(/^gradient (?:δ = )?| gradient$/g, "").replace("∂penalty", "∂pen.");
  }

  /** From the output to the card of target and loss. */
  #wire(g, output, x1, known, colours) {
    const lossKnown = known.judged().loss !== null;
    g.strokeStyle = !lossKnown ? colours.line : known.walk.phase === "loss" ? colours.accent : colours.ink3;
    g.lineWidth = lossKnown ? 2 : 1;
    const x0 = output.x + output.size / 2 + 4;
    for (const y of output.rows) {
      g.beginPath();
      g.moveTo(x0, y);
      g.bezierCurveTo((x0 + x1) / 2, y, (x0 + x1) / 2, output.middle, x1, output.middle);
      g.stroke();
    }
  }
}

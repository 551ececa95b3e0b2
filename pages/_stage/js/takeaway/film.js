/**
 * The film of a run: the output's map at moments that this browser has seen, kept while it plays, and
 * drawn into a GIF when somebody asks. Moments are thinned evenly over the steps, so that a long run
 * takes no more room than a short one.
 */

import { epoch, loss } from "../format.js";
import { MapPainter } from "../plot/map.js";
import { AxesLayer, clipPlane, planeOf } from "../plot/plane.js";
import { PointsLayer, pointsOf, Target } from "../plot/points.js";
import { Gif, paletteOf } from "./gif.js";

const MOST = 120; // moments kept; fewer where many classes make maps large:
const MOST_BYTES = 4 * 2 ** 20;
const WIDE = 323;
const PLANE_HIGH = 320;
const HIGH = 366;
const HUNDREDTHS = 8; // how long a moment stays, and the last one:
const LAST_HUNDREDTHS = 200;

/** Keeps what was seen of a run. */
export class Film {
  moments = [];
  #build = null;
  #spec = "";

  constructor(store) {
    this.store = store;
    this.stop = store.on("frame", (frame) => this.#take(frame));
  }

  #take(frame) {
    // While a neuron is looked at, its map is "output" and the network's own comes besides.
    const map = frame.arrays.get("output_map/whole") ?? frame.arrays.get("output_map/output");
    if (!map || frame.furthest > frame.step) return; // who looks back on the timeline films nothing new
    const { moments } = this;
    if (frame.build !== this.#build) this.#another(frame);
    if (moments.at(-1)?.step === frame.step) moments.pop(); // an edit: the map as it is now counts
    const { train_loss: train, test_loss: test } = frame.numbers;
    const kept = { data: map.data.slice(), shape: map.shape, range: map.range };
    moments.push({ step: frame.step, epoch: frame.epoch, train, test, map: kept });
    while (moments.length > Math.max(2, Math.min(MOST, Math.floor(MOST_BYTES / map.data.length)))) this.#thin();
  }

  /** The past is another one, after a reset, an undo or a redo: keep what this run has in common with it. */
  #another(frame) {
    const { moments } = this;
    const spec = JSON.stringify(this.store.spec);
    if (spec !== this.#spec || frame.step > moments.at(-1)?.step) moments.length = 0;
    while (moments.length && moments.at(-1).step >= frame.step) moments.pop();
    this.#build = frame.build;
    this.#spec = spec;
  }

  /** Let go the moment whose neighbours are closest: what stays is spread evenly over the steps. */
  #thin() {
    let least = Infinity;
    let which = 1;
    for (let i = 1; i < this.moments.length - 1; i += 1) {
      const gap = this.moments[i + 1].step - this.moments[i - 1].step;
      if (gap < least) [least, which] = [gap, i];
    }
    this.moments.splice(which, 1);
  }

  /** What a film would hold, in words; "" where there is nothing to see yet. */
  words() {
    const { moments } = this;
    if (moments.length < 2) return "";
    return `${moments.length} moments from epoch ${epoch(moments[0].epoch)} to ${epoch(moments.at(-1).epoch)}, as this browser saw them.`;
  }

  /**
   * The film as a GIF.
   * @param {{theme: "light"|"dark", tokens: object, progress: (share: number) => void}} options
   * @returns {Promise<Blob>}
   */
  async gif({ theme, tokens, progress }) {
    const moments = [...this.moments];
    const painter = new Painter(this.store, theme, tokens);
    const samples = [0, 0.25, 0.5, 0.75, 1].map((share) => moments[Math.round(share * (moments.length - 1))]);
    const gif = new Gif(WIDE, HIGH, paletteOf(samples.map((moment) => painter.paint(moment))));
    for (const [i, moment] of moments.entries()) {
      gif.add(painter.paint(moment), i === moments.length - 1 ? LAST_HUNDREDTHS : HUNDREDTHS);
      progress((i + 1) / moments.length);
      await new Promise((resolve) => { setTimeout(resolve); }); // the page stays alive meanwhile
    }
    return gif.end();
  }
}

/** Draws moments on a canvas of the film's size. */
class Painter {
  constructor(store, theme, tokens) {
    Object.assign(this, { store, theme, tokens });
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDE, height: HIGH });
    this.g = canvas.getContext("2d", { willReadFrequently: true });
    const { axes, extent } = store.shape;
    this.room = planeOf({ context: this.g, width: WIDE - 4, height: PLANE_HIGH, ratio: 1 }, extent ?? 6, axes);
    this.target = new Target(store.shape, theme, false);
    this.maps = new MapPainter();
    this.axes = new AxesLayer();
    this.points = new PointsLayer();
    this.train = pointsOf(store, "train");
  }

  /** @returns {Uint8ClampedArray} RGBA */
  paint(moment) {
    const { g, room, tokens, theme, store } = this;
    g.fillStyle = tokens.panel;
    g.fillRect(0, 0, WIDE, HIGH);
    clipPlane(room);
    const hard = Boolean(store.view?.discretize);
    const options = { theme, hard, ratio: 1 };
    this.maps.draw(g, moment.map, { x: room.left, y: room.top, side: room.side }, options);
    g.restore();
    this.axes.draw(room, store.shape.axes, tokens, theme);
    clipPlane(room);
    if (this.train) this.points.draw(g, this.train, this.target, room, false);
    g.restore();
    g.fillStyle = tokens.ink;
    g.textAlign = "left";
    g.textBaseline = "alphabetic";
    g.font = `600 13px ${tokens.font}`;
    g.fillText(`Epoch ${epoch(moment.epoch)}`, room.left, PLANE_HIGH + 16);
    g.font = `13px ${tokens.font}`;
    const test = Number.isFinite(moment.test) ? `   test loss ${loss(moment.test)}` : "";
    g.fillText(`train loss ${loss(moment.train)}${test}`, room.left, PLANE_HIGH + 35);
    return g.getImageData(0, 0, WIDE, HIGH).data;
  }
}

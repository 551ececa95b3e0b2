/**
 * The film of a run: the output's map at moments that this browser has seen, kept while it plays, and
 * drawn into a GIF when somebody asks. Moments are thinned evenly over the steps, so that a long run
 * takes no more room than a short one (at most about 1.2 MB, three classes 3.6 MB).
 */

import { epoch, loss } from "../format.js";
import { AxesLayer, clipPlane, LEFT, planeOf, TOP } from "../plot/plane.js";
import { MapPainter } from "../plot/map.js";
import { PointsLayer, pointsOf, Target } from "../plot/points.js";
import { Gif, paletteOf } from "./gif.js";

const MOST = 120; // moments kept
const WIDE = 323;
const PLANE_HIGH = 320;
const HIGH = 366;
const HUNDREDTHS = 8; // how long a moment stays, and the last one:
const LAST_HUNDREDTHS = 200;

/** Keeps what was seen of a run. */
export class Film {
  moments = [];
  #build = null;

  constructor(store) {
    this.store = store;
    this.stop = store.on("frame", (frame) => this.#take(frame));
  }

  #take(frame) {
    // While a neuron is looked at, its map is "output" and the network's own comes besides.
    const map = frame.arrays.get("output_map/whole") ?? frame.arrays.get("output_map/output");
    if (!map) return;
    const { moments } = this;
    // After a reset, an undo or a seek back what lay ahead did not happen in this run.
    if (frame.build !== this.#build) {
      this.#build = frame.build;
      while (moments.length && moments.at(-1).step >= frame.step) moments.pop();
    }
    if (moments.at(-1)?.step === frame.step) moments.pop(); // an edit: the map as it is now counts
    const { train_loss: train, test_loss: test } = frame.numbers;
    const kept = { data: map.data.slice(), shape: map.shape, range: map.range };
    moments.push({ step: frame.step, epoch: frame.epoch, train, test, map: kept });
    if (moments.length > MOST) this.#thin();
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
    this.room = planeOf({ context: this.g, width: WIDE - 4, height: PLANE_HIGH, ratio: 1 }, store.shape.extent ?? 6);
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
    this.maps.draw(g, moment.map, { x: LEFT, y: TOP, side: room.side }, { theme, hard, ratio: 1 });
    g.restore();
    this.axes.draw(room, store.shape.columns ?? ["x₁", "x₂"], tokens, theme);
    clipPlane(room);
    if (this.train) this.points.draw(g, this.train, this.target, room, false);
    g.restore();
    g.fillStyle = tokens.ink;
    g.textAlign = "left";
    g.textBaseline = "alphabetic";
    g.font = `600 13px ${tokens.font}`;
    g.fillText(`Epoch ${epoch(moment.epoch)}`, LEFT, PLANE_HIGH + 16);
    g.font = `13px ${tokens.font}`;
    const test = Number.isFinite(moment.test) ? `   test loss ${loss(moment.test)}` : "";
    g.fillText(`train loss ${loss(moment.train)}${test}`, LEFT, PLANE_HIGH + 35);
    return g.getImageData(0, 0, WIDE, HIGH).data;
  }
}

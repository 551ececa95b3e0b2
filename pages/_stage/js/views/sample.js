/**
 * Where the map over the plane stands, for pictures: the chosen sample, large, with its true label and what the network
 * makes of it. Everything on the page that speaks of one sample speaks of this one.
 */

import { curateChip } from "../dialogs/curate.js";
import { OverlayRow, overlayOf, overlayProbes } from "../dock/overlays.js";
import { pictureOf, pictureProbes } from "../dock/sample.js";
import { trailOf } from "../dock/trail.js";
import { fit, h, setAttribute, setText, themeOf, throttled, tokensOf } from "../dom.js";
import { count, number } from "../format.js";
import { icon } from "../icons.js";
import { PictureSheet } from "../network/sheet.js";
import { drawing } from "../network/show.js";
import { classMark, colourFor } from "../plot/marks.js";
import { Target } from "../plot/points.js";

const MOST = 10; // bars at once, the most probable first where there are more classes
const SPLITS = ["train", "test"];
const DRAWN = -1; // the number of what is no sample

export default {
  id: "sample",
  slot: "output",
  shown: (store) => store.shape.shape.length === 3,
  probes(store) {
    const of = { sample: store.sample, split: store.split };
    return [...pictureProbes(store), { id: "points" }, { id: "feature_maps", ...of, show: store.show === "gradients" ? "gradients" : "values", ...drawing(store) },
      ...(store.show === "gradients" ? [{ id: "sample_values", ...of, ...store.whatIf }] : []), ...overlayProbes(store, of)];
  },
  mount: (host, store) => new SampleView(host, store),
};

class SampleView {
  constructor(host, store) {
    Object.assign(this, { host, store, known: "", bars: [] });
    this.sheet = new PictureSheet();
    this._build();
    this.describe = throttled(1000, () => setAttribute(this.canvas, "aria-label", this._words()));
    this.off = ["run", "view", "sample", "pointed", "asked"].map((event) => store.on(event, () => this._chrome()));
    this.theme();
  }

  _build() {
    const { store } = this;
    const step = (by, label, sign) => h("button.chip", { type: "button", "aria-label": label, title: label, onclick: () => this._step(by) }, sign);
    this.which = h("span.sample-number", {});
    this.curate = curateChip(this.host, store);
    this.splits = h("span.splits", { role: "group", "aria-label": "Of which data" }, ...SPLITS.map((split) => h("button.chip", {
      type: "button", "data-split": split, onclick: () => store.setSample(0, split),
    }, split)));
    this.canvas = h("canvas.sample-large", { role: "img", tabindex: "0", "data-own-keys": true, "aria-label": "The chosen sample" });
    this.canvas.addEventListener("keydown", (event) => this._key(event));
    this.told = h("p.sample-told", {});
    this.answers = h("div.answers", { role: "group", "aria-label": "What the network answers" });
    this.answer = h("canvas.sample-answer", { role: "img", "aria-label": "What the network gives back", hidden: true });
    this.over = new OverlayRow(store);
    this.root = h("section.card.output-card.sample-view", { "aria-label": "Output" },
      h("header.card-head", {}, h("h3", {}, "Sample"), h("span.keys", {}, this.splits)),
      h("div.sample-steps", { role: "group", "aria-label": "Which sample" }, step(-1, "Sample before", "‹"), this.which, step(1, "Next sample", "›"),
        h("button.chip.icon", { type: "button", "aria-label": "A sample by chance", title: "A sample by chance", onclick: () => this._random() }, icon("seed")), this.curate),
      h("div.sample-side", {}, this.canvas, h("div.sample-says", {}, this.told, this.answers, this.answer)), this.over.element);
    this.host.replaceChildren(this.root);
  }

  _total() {
    return this.store.shape?.samples?.[this.store.split] ?? 0;
  }

  _step(by) {
    const total = this._total();
    if (total) this.store.setSample((this.store.sample + by + total) % total, this.store.split);
  }

  // Chance of the browser's own: what is looked at is no part of a run.
  _random() {
    const total = this._total();
    if (total > 1) this._step(1 + Math.floor(Math.random() * (total - 1)));
  }

  _key(event) {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (by) this._step(by);
    else if (event.key === "Home" && this._total()) this.store.setSample(0, this.store.split);
    else if (event.key === "End" && this._total()) this.store.setSample(this._total() - 1, this.store.split);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // What depends on the run and on what is chosen, not on the frame.
  _chrome() {
    const { store } = this;
    const { shape, split, sample } = store;
    if (!shape || shape.shape.length !== 3) return;
    setText(this.which, store.whatIf?.pixels ? "your drawing" : `${count(sample + 1)} of ${count(this._total())}`);
    this.curate.hidden = split !== "train";
    for (const button of this.splits.children) {
      setAttribute(button, "aria-pressed", String(button.dataset.split === split));
      button.disabled = !(shape.samples?.[button.dataset.split] > 0);
    }
    this.over.update();
    this._rows();
    this.paint();
  }

  /** A row for each answer that can be seen as a share; made anew only for other classes. */
  _rows() {
    const { output } = this.store.shape;
    const names = output.target === "number" ? [] : output.classes;
    const shown = names.length > MOST ? names.slice(0, MOST) : names;
    const key = [...shown, output.target, this.name].join();
    if (key === this.known) return;
    this.known = key;
    this.bars = shown.map(() => {
      const bar = h("i.bar-fill", {});
      const value = h("button.bar-value", { type: "button", title: "Where this number comes from" });
      const name = h("span.bar-name", {});
      return { bar, value, name, row: h("div.bar-row", {}, name, h("span.bar-track", {}, bar), value) };
    });
    this.answers.replaceChildren(...this.bars.map(({ row }) => row));
  }

  theme() {
    this.name = themeOf(this.host);
    this.tokens = tokensOf(this.host);
    this._chrome();
  }

  resize() {
    this.paint();
  }

  /** Draws the latest frame. */
  paint() {
    const { store } = this;
    if (store.shape?.shape.length !== 3 || !this.canvas.clientWidth) return;
    const maps = store.frame?.arrays;
    this.last = maps?.get(`feature_maps/layers.${store.shape.layers.length - 1}`) ?? null;
    const of = maps?.get("feature_maps/of")?.data;
    const current = of && (store.whatIf?.pixels ? of[0] === DRAWN : of[0] === store.sample && Boolean(of[1]) === (store.split === "test"));
    this._picture(store.show !== "gradients" && current ? maps.get("feature_maps/inputs") : null);
    this._answer(current);
    this.describe();
  }

  _picture(inputs) {
    const { context: g, width, height } = fit(this.canvas);
    g.clearRect(0, 0, width, height);
    g.imageSmoothingEnabled = false;
    const drawn = Boolean(this.store.whatIf?.pixels);
    const shown = drawn ? null : pictureOf(this.store)?.image ?? null;
    const canvas = inputs && [1, 3].includes(inputs.shape[0]) ? this.sheet.light(inputs) : shown && this.sheet.image(shown);
    const side = Math.min(width, height);
    if (canvas) {
      const scale = side / Math.max(canvas.width, canvas.height);
      g.drawImage(canvas, (width - canvas.width * scale) / 2, (height - canvas.height * scale) / 2, canvas.width * scale, canvas.height * scale);
    }
    const over = !drawn && overlayOf(this.store);
    if (over) {
      g.imageSmoothingEnabled = true;
      g.drawImage(this.sheet.over(over), (width - side) / 2, (height - side) / 2, side, side);
    }
  }

  /** The values of the output for the sample, in eval mode; null while they are not known. */
  _values(current) {
    const { store } = this;
    const last = `layers.${store.shape.layers.length - 1}`;
    if (store.show === "gradients") return store.frame?.arrays.get(`sample_values/${last}.activation`)?.data ?? null;
    return current && this.last?.axes?.join() === "unit" ? this.last.data : null;
  }

  _answer(current) {
    const { store } = this;
    const { shape } = store;
    const { output } = shape;
    const target = new Target(shape, this.name);
    const label = store.whatIf?.pixels ? undefined : store.data[store.split]?.y?.[store.sample];
    const values = this._values(current);
    const pictured = output.picture.length === 3;
    this.answer.hidden = !pictured;
    if (pictured) {
      setText(this.told, "What comes back");
      this.told.classList.remove("is-wrong"); // a class may have stood here before
      const array = this.last?.axes?.join() === "unit,row,column" ? this.last : null;
      const { context: g, width, height } = fit(this.answer);
      g.imageSmoothingEnabled = false;
      g.clearRect(0, 0, width, height);
      if (array && current && store.show !== "gradients") g.drawImage(this.sheet.given(array), 0, 0, width, height);
      return;
    }
    if (output.target === "number") {
      setText(this.told, `${store.whatIf?.pixels ? "Drawn by hand" : `True value ${number(label)}`}${values ? `, answer ${number(values[0])}` : ""}`);
      return;
    }
    const [low, high] = output.range;
    const chances = low === 0;
    const shares = !values ? [] : values.length === 1 ? [high - values[0] + low, values[0]] : Array.from(values);
    const truth = label === undefined ? -1 : target.classOf(label);
    let order = output.classes.map((_, at) => at);
    if (order.length > MOST) order = order.sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0)).slice(0, MOST);
    const best = shares.length ? shares.indexOf(Math.max(...shares)) : -1;
    const verdict = best < 0 || truth < 0 ? "" : best === truth ? "; the answer is right" : `; the answer is “${output.classes[best]}”`;
    setText(this.told, truth < 0 ? (store.whatIf?.pixels ? "Drawn by hand." : "") : `It is “${output.classes[truth]}”${verdict}.`);
    this.told.classList.toggle("is-wrong", best >= 0 && truth >= 0 && best !== truth);
    order.forEach((at, i) => this._row(this.bars[i], at, { share: shares[at], low, high, chances, truth, single: values?.length === 1 }));
  }

  _row(row, at, { share, low, high, chances, truth, single }) {
    const { output, layers } = this.store.shape;
    if (row.at !== at) row.name.replaceChildren(classMark(output.classes.length, at, this.name), output.classes[at]);
    row.at = at;
    row.row.classList.toggle("is-true", at === truth);
    row.bar.style.width = share === undefined ? "0" : `${Math.max(0, Math.min(1, (share - low) / (high - low))) * 100}%`;
    row.bar.style.background = colourFor(output.classes.length, at, this.name);
    setText(row.value, share === undefined ? "–" : chances ? share.toFixed(3) : number(share));
    setAttribute(row.value, "aria-label", `${output.classes[at]}: ${row.value.textContent}. Where this number comes from`);
    row.value.onclick = () => trailOf(this.store).open({ address: `layers.${layers.length - 1}.activation[${single ? 0 : at}]` });
  }

  // The picture in words, for who cannot see it.
  _words() {
    const { store } = this;
    const words = pictureOf(store)?.words ?? "A picture.";
    if (store.whatIf?.pixels) return `Your drawing. ${this.told.textContent}`;
    return `${store.split === "test" ? "Test" : "Train"} sample ${count(store.sample + 1)}. ${words} ${this.told.textContent} Arrow keys go to other samples, Home and End to the first and the last.`;
  }

  destroy() {
    this.describe.cancel();
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

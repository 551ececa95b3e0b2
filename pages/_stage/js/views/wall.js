/**
 * The wall: samples with the network's answers, the worst mistakes first. Pressing one chooses it for the whole page.
 * Numbers are live; the order follows now and then, so that nobody has to read what moves.
 */

import { h, setAttribute, setText, themeOf, throttled, tokensOf } from "../dom.js";
import { count, loss as lossText, percent, short } from "../format.js";
import { classMark } from "../plot/marks.js";
import { drawPicture, drawPlace } from "../plot/sample_tile.js";
import { choose, chosen, measuredLate, picturesOf, saidOf, splitOf } from "../samples.js";

const ORDER_MS = 1200; // while it plays, so long an order stays
const NUMBERS_MS = 120;
const SPLITS = ["train", "test"];
const KEYS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

const wanted = (store) => ({ true: null, answer: null, ...store.asked.wall, split: splitOf(store, store.asked.wall?.split ?? "test") });
const options = ({ split, ...kinds }) => ({ split, ...Object.fromEntries(Object.entries(kinds).filter(([, kind]) => kind !== null)) });

export default {
  id: "wall",
  slot: "curves",
  label: "Samples",
  order: 32,
  probes: (store) => [{ id: "wall", ...options(wanted(store)) }, ...picturesOf(store).probes],
  mount: (host, store, tools) => new Wall(host, store, tools),
};

class Wall {
  constructor(host, store, tools) {
    Object.assign(this, { host, store, pictures: picturesOf(store), tiles: [], order: [], facts: new Map(), at: 0, since: -Infinity, key: "" });
    this.chips = SPLITS.map((split) => h("button.chip", {
      type: "button", "data-split": split, onclick: () => this._want({ split }),
    }, split));
    this.kinds = ["true", "answer"].map((kind) => h("select.chip-select", {
      "data-kind": kind, "aria-label": kind === "true" ? "Only samples of the class" : "Only samples taken for the class",
      onchange: ({ currentTarget }) => this._want({ [kind]: currentTarget.value === "" ? null : Number(currentTarget.value) }),
    }));
    const row = [h("span.chips", { role: "group", "aria-label": "Samples that are shown" }, ...this.chips), h("span.kinds", {}, ...this.kinds)];
    this.line = h("p.wall-line", { role: "status" });
    this.grid = h("div.wall", { role: "group", "data-own-keys": true, "aria-label": "Samples, the worst first", onkeydown: (event) => this._key(event) });
    if (tools) tools.replaceChildren(...row);
    host.replaceChildren(...(tools ? [] : row), this.line, this.grid);
    this.later = throttled(NUMBERS_MS, () => this._draw());
    this.off = ["run", "asked", "sample", "pointed"].map((event) => store.on(event, () => this._draw()));
    this._draw();
  }

  _want(changes) {
    this.store.setAsked("wall", { ...wanted(this.store), ...changes });
    this.since = -Infinity;
    this.grid.scrollTop = 0;
  }

  paint() {
    if (this.store.playing) return this.later();
    this.later.cancel();
    return this._draw();
  }

  /** The wall's arrays, if they are of what is asked for now. */
  _read(want) {
    const { latest } = this.store;
    const read = (name) => latest.get(`wall/${name}`);
    const of = read("of")?.data;
    const asked = [SPLITS.indexOf(want.split), want.true ?? -1, want.answer ?? -1];
    return of && asked.every((value, i) => value === of[i]) ? read : null;
  }

  _controls(want) {
    const { shape } = this.store;
    const { classes } = shape.output;
    for (const chip of this.chips) {
      setAttribute(chip, "aria-pressed", String(chip.dataset.split === want.split));
      chip.disabled = chip.dataset.split === "test" && shape.samples?.test === 0;
    }
    for (const select of this.kinds) {
      const kind = select.dataset.kind;
      const key = classes.join();
      select.hidden = classes.length === 0;
      if (select.dataset.classes !== key) {
        select.dataset.classes = key;
        select.replaceChildren(h("option", { value: "" }, kind === "true" ? "is any" : "answer any"),
          ...classes.map((name, i) => h("option", { value: String(i) }, `${kind === "true" ? "is" : "answer"} ${name}`)));
      }
      const value = want[kind] === null ? "" : String(want[kind]);
      if (select.value !== value) select.value = value;
    }
  }

  _draw() {
    const { store, pictures } = this;
    if (!store.shape) return;
    const want = wanted(store);
    this._controls(want);
    const read = this._read(want);
    if (!read) return;
    const key = [store.frame?.build, store.frame?.data, JSON.stringify(want), themeOf(this.host)].join();
    if (key !== this.key) Object.assign(this, { key, facts: new Map(), next: null, since: -Infinity });
    const samples = [...read("samples").data];
    this._know(read, samples, want.split);
    const now = performance.now();
    if (!store.playing || now - this.since > ORDER_MS) this.next = this.next && store.playing ? this.next : samples;
    if (this.next && pictures.ready(want.split, this.next)) Object.assign(this, { order: this.next, next: null, since: now });
    this._tiles();
    const [found, wrong] = read("found").data;
    setAttribute(this.line, "title", measuredLate(store.frame));
    const told = store.shape.output.classes.length ? `, ${count(wrong)} wrong` : "";
    setText(this.line, found ? `${count(Math.min(found, samples.length))} of ${count(found)} ${want.split} samples${told}; largest loss first`
      : `No ${want.split} sample of that kind now.`);
  }

  _know(read, samples, split) {
    const [losses, target, answers, shares, output] = ["losses", "target", "answers", "shares", "output"].map((name) => read(name));
    samples.forEach((sample, i) => {
      const wide = shares?.shape[1];
      this.facts.set(sample, {
        split, sample, target: target.data[i], loss: losses.data[i], answer: answers?.data[i], output: output?.data[i],
        shares: shares?.data.slice(i * wide, (i + 1) * wide),
      });
    });
  }

  _tiles() {
    const { tiles, grid, store } = this;
    const order = this.order.filter((sample) => this.facts.has(sample));
    while (tiles.length < order.length) tiles.push(this._tile(tiles.length));
    while (tiles.length > order.length) tiles.pop().root.remove();
    if (grid.childElementCount !== tiles.length) grid.replaceChildren(...tiles.map(({ root }) => root));
    this.at = Math.max(0, Math.min(this.at, order.length - 1));
    const now = store.pointed ?? chosen(store);
    order.forEach((sample, i) => this._show(tiles[i], this.facts.get(sample), i === this.at, now));
  }

  _tile(index) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const line = h("span.tile-line", {});
    const bar = h("span.tile-bar", {}, h("i"));
    const root = h("button.wall-tile", {
      type: "button", onclick: () => this._choose(index), onfocus: () => { this.at = index; },
    }, canvas, bar, line);
    return { root, canvas, line, bar };
  }

  _show(tile, fact, first, now) {
    const { store } = this;
    const { classes } = store.shape.output;
    const { split, sample, target, answer, shares, loss, output } = fact;
    const look = [this.key, sample, this.pictures.of(split, sample) ? "picture" : store.data[split]?.x ? "place" : ""].join();
    if (tile.look !== look) {
      tile.look = look;
      tile.root.dataset.sample = sample;
      const theme = themeOf(this.host);
      if (this.pictures.any) drawPicture(tile.canvas, this.pictures.of(split, sample));
      else drawPlace(tile.canvas, store, fact, { theme, ink: tokensOf(this.host).ink });
    }
    const text = shares ? percent(shares[answer]).replace(/\.\d/, "") : lossText(loss);
    const pair = output === undefined ? "" : `${short(target, 5)} → ${short(output, 5)}`;
    const mark = [this.key, answer, text, pair, shares?.[target].toFixed(2)].join();
    if (tile.mark !== mark) {
      tile.mark = mark;
      const named = shares ? [classMark(classes.length, answer, themeOf(this.host)), h("span.tile-name", {}, classes[answer])] : [];
      if (pair) named.push(h("span.tile-pair", {}, pair));
      tile.line.replaceChildren(...named, h("span.tile-share", {}, text));
      tile.bar.hidden = !shares;
      // how much of the answer goes to the right class
      if (shares) tile.bar.firstChild.style.width = `${Math.round(100 * shares[target])}%`;
    }
    tile.root.classList.toggle("is-wrong", shares !== undefined && answer !== target);
    setAttribute(tile.root, "aria-pressed", String(now.split === split && now.sample === sample));
    const said = saidOf(store.shape, fact);
    setAttribute(tile.root, "aria-label", said);
    setAttribute(tile.root, "title", said);
    tile.root.tabIndex = first ? 0 : -1;
  }

  _choose(index) {
    this.at = index;
    const fact = this.facts.get(this.order[index]);
    if (fact) choose(this.store, fact);
  }

  _key(event) {
    const across = this.tiles.filter(({ root }) => root.offsetTop === this.tiles[0].root.offsetTop).length;
    const by = KEYS[event.key] ?? { ArrowUp: -across, ArrowDown: across }[event.key];
    if (!by) return;
    event.preventDefault();
    this.tiles[Math.max(0, Math.min(this.tiles.length - 1, this.at + by))]?.root.focus();
  }

  theme() {
    this._draw();
  }

  resize() {}

  destroy() {
    this.later.cancel();
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

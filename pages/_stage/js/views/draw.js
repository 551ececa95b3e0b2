/** Drawing a picture by hand: what the network makes of it, live; and keeping it among one's own pictures. */

import { open as openOwn } from "../dialogs/own_pictures.js";
import { h, setAttribute, setText, themeOf, throttled } from "../dom.js";
import { number, percent } from "../format.js";
import { basket } from "../pictures/basket.js";
import { Pad } from "../pictures/pad.js";
import { classMark } from "../plot/marks.js";

const ASK_MS = 120; // while a line is drawn, so often the network is asked

const picturesOf = (store) => store.shape?.provides.includes("pictures") && store.shape.shape?.length === 3 && store.shape.shape[1] === store.shape.shape[2];

export default {
  id: "draw",
  slot: "curves",
  label: "Draw",
  order: 34,
  shown: (store) => Boolean(picturesOf(store)),
  probes: (store) => [{ id: "sample_values", sample: store.sample, split: store.split, ...store.whatIf }],
  mount: (host, store, tools) => new Draw(host, store, tools),
};

class Draw {
  constructor(host, store, tools) {
    Object.assign(this, { host, store, key: "" });
    this.label = h("input", { type: "text", maxlength: 40, "aria-label": "Class of the drawing", placeholder: "class", list: "draw-classes" });
    this.names = h("datalist", { id: "draw-classes" });
    this.keep = h("button.chip", { type: "button", onclick: () => this._keep() }, "Keep it as");
    this.own = h("button.chip", { type: "button", title: "My pictures", onclick: () => openOwn(host, store) }, "All…");
    this.answers = h("div.drawn-answers", { role: "group", "aria-label": "What the network makes of the drawing" });
    this.place = h("div.drawn-pad", {});
    this.tools = tools ?? h("div.tool-row", {});
    host.replaceChildren(...(tools ? [] : [this.tools]), h("div.drawn-row", {}, this.place,
      h("div.drawn-side", {}, this.answers, h("div.drawn-keep", {}, this.keep, this.label, this.names, this.own))));
    this.ask = throttled(ASK_MS, () => this._ask());
    this.off = [store.on("run", () => this.paint()), store.on("sample", () => this.paint())];
    this.paint();
  }

  _build() {
    const { shape, output } = this.store.shape;
    const key = JSON.stringify([shape, output.classes, output.picture, themeOf(this.host)]);
    if (key === this.key) return;
    this.key = key;
    const [channels, side] = shape;
    if (this.pad?.side !== side || this.pad?.channels !== channels) {
      this.ask.cancel();
      this.pad = null; // which draws nothing while it is made
      this.pad = new Pad({ side, channels, changed: () => this.pad && this.ask() });
      this.place.replaceChildren(this.pad.element);
      this.tools.replaceChildren(this.pad.tools);
    }
    this.names.replaceChildren(...output.classes.map((name) => h("option", { value: name })));
    this.rows = output.classes.map((name, at) => {
      const [bar, text] = [h("i"), h("span.drawn-share", {}, "–")];
      return { bar, text, root: h("div.drawn-answer", {}, classMark(output.classes.length, at, themeOf(this.host)), h("span.drawn-name", { title: name }, name), h("span.drawn-bar", {}, bar), text) };
    });
    this.number = h("p.drawn-number", {});
    this.answers.replaceChildren(...(this.rows.length ? this.rows.map(({ root }) => root) : [this.number]));
  }

  _ask() {
    const { store, pad } = this;
    if (pad.empty) {
      if (store.whatIf?.pixels) store.setWhatIf(null);
    } else store.setWhatIf({ point: null, inputs: {}, pixels: [...pad.pixels()] });
    this.paint();
  }

  _keep() {
    const label = this.label.value.trim() || this._best() || "";
    if (this.pad.empty || !label) {
      this.store.say(this.pad.empty ? "Draw something on the pad first; then it can be kept." : "Say first what it is that you have drawn.");
      return;
    }
    basket.put(label, this.pad.picture());
    this.store.say(`Kept as “${label}”, ${basket.items.length} so far. “All…” shows them, and the network can learn from them.`);
    this.pad.clear();
  }

  _best() {
    const found = this._shares();
    return found && this.store.shape.output.classes[found.indexOf(Math.max(...found))];
  }

  /** Each class's share of the answer to the drawing; null while there is none. */
  _shares() {
    const { shape, frame, whatIf } = this.store;
    const found = frame?.arrays.get(`sample_values/layers.${shape.layers.length - 1}.activation`)?.data;
    if (!whatIf?.pixels || !found) return null;
    if (found.length > 1) return [...found];
    const [low, high] = shape.output.range;
    const second = Math.max(0, Math.min(1, (found[0] - low) / (high - low)));
    return [1 - second, second];
  }

  /** Shows the latest frame's answer. */
  paint() {
    const { store } = this;
    if (!picturesOf(store)) return;
    this._build();
    if (this.rows.length) {
      const shares = this._shares();
      this.rows.forEach(({ bar, text, root }, at) => {
        const share = shares?.[at];
        setText(text, shares ? percent(share) : "–");
        bar.style.width = `${shares ? 100 * share : 0}%`;
        root.classList.toggle("is-best", Boolean(shares) && share === Math.max(...shares));
        setAttribute(root, "data-share", shares ? String(share) : "");
      });
    } else {
      const value = store.frame?.arrays.get(`sample_values/layers.${store.shape.layers.length - 1}.activation`)?.data;
      const one = store.whatIf?.pixels && value?.length === 1;
      setText(this.number, one ? `The network answers ${number(value[0])}.` : "The network’s answer is a picture: it is shown beside the sample.");
    }
  }

  theme() {
    this.paint();
  }

  resize() {}

  destroy() {
    this.ask.cancel();
    this.off.forEach((off) => off());
    if (this.store.whatIf?.pixels) this.store.setWhatIf(null);
    this.host.replaceChildren();
  }
}

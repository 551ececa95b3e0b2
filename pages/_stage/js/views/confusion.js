/**
 * The confusion matrix: how many samples of each class (rows) the network takes for which (columns). A plain
 * table, so it reads aloud as it stands; right answers lie on the diagonal. A count opens its samples.
 */

import { closeDialog } from "../dialogs/dialog.js";
import { h, setAttribute, setText, themeOf } from "../dom.js";
import { count } from "../format.js";
import { classKey, classMark } from "../plot/marks.js";

const classesOf = (store) => store.shape?.output.classes ?? [];

export default {
  id: "confusion",
  slot: "curves",
  label: "Confusion",
  order: 30,
  shown: (store) => classesOf(store).length > 0,
  probes: (store) => (classesOf(store).length ? [{ id: "confusion" }] : []),
  mount: (host, store, tools) => new Confusion(host, store, tools),
};

class Confusion {
  constructor(host, store, tools) {
    this.host = host;
    this.store = store;
    this.wanted = "test";
    this.chips = ["train", "test"].map((split) => h("button.chip", {
      type: "button", "data-split": split, "aria-pressed": "false", onclick: () => this._choose(split),
    }, split));
    const choice = h("span.keys", { role: "group", "aria-label": "Samples that are counted" }, ...this.chips);
    this.box = h("div.confusion", { tabindex: "0", role: "group", "aria-label": "Confusion matrix" });
    if (tools) tools.replaceChildren(choice);
    host.replaceChildren(...(tools ? [] : [choice]), this.box);
    this.off = store.on("run", () => this.paint());
    this.paint();
  }

  _choose(split) {
    this.wanted = split;
    this.paint();
  }

  _split() {
    return this.store.shape.samples?.test === 0 ? "train" : this.wanted;
  }

  /** The table of as many classes as there are; made anew only when they are others. */
  _build(names) {
    const key = JSON.stringify([names, themeOf(this.host)]);
    if (key === this.key) return;
    this.key = key;
    this.box.classList.toggle("many", names.length > 3);
    const mark = (at) => classMark(names.length, at, themeOf(this.host));
    this.cells = names.map((is, row) => names.map((answer, at) => h("td", {}, h("button.count", {
      type: "button", onclick: () => this._open(row, at),
    }))));
    this.caption = h("caption", {});
    this.box.replaceChildren(h("table", {}, this.caption,
      h("thead", {}, h("tr", {}, h("th.corner", { scope: "col" }, "is ↓ answer →"),
        ...names.map((name, at) => h("th", { scope: "col", title: name }, mark(at), h("span.column-name", {}, name))))),
      h("tbody", {}, ...names.map((name, row) => h("tr", {},
        h("th", { scope: "row" }, classKey([name], this.host, { total: names.length, at: row })), ...this.cells[row])))));
  }

  /** Shows the latest frame's counts. */
  paint() {
    const { store } = this;
    const names = classesOf(store);
    if (!names.length) return;
    this._build(names);
    const split = this._split();
    for (const chip of this.chips) {
      setAttribute(chip, "aria-pressed", String(chip.dataset.split === split));
      chip.disabled = chip.dataset.split === "test" && store.shape.samples?.test === 0;
    }
    const counts = store.frame?.arrays.get(`confusion/${split}`);
    const fits = counts?.axes?.join() === "class,answer" && counts.shape[0] === names.length;
    setText(this.caption, `How many ${split} samples of each class the network takes for which`);
    this.cells.forEach((cells, row) => {
      const numbers = cells.map((_, at) => (fits ? counts.data[row * names.length + at] : null));
      const total = numbers.reduce((sum, number) => sum + number, 0);
      cells.forEach((cell, at) => this._fill(cell, numbers[at], total, names[row], names[at]));
    });
  }

  /** The samples that were counted there, one by one. */
  _open(is, answer) {
    const { store } = this;
    store.setAsked("wall", { split: this._split(), true: is, answer });
    store.setView({ curves: "wall" });
    closeDialog();
  }

  /** One count, its ground the stronger the larger its share of the row: blue where it is right, else orange. */
  _fill(cell, number, total, is, answer) {
    if (cell.dataset.value === String(number)) return;
    setAttribute(cell, "data-value", String(number));
    setText(cell.firstChild, count(number));
    const share = total > 0 ? Math.round((55 * number) / total) : 0;
    const hue = is === answer ? "var(--pos)" : "var(--neg)";
    cell.style.background = number > 0 ? `color-mix(in srgb, ${hue} ${Math.max(share, 8)}%, transparent)` : "";
    const said = `${count(number)} of ${count(total)}: ${is}, taken for ${answer}`;
    cell.title = `${said}. Press to see them.`;
    setAttribute(cell.firstChild, "aria-label", said);
  }

  theme() {
    this.paint();
  }

  resize() {}

  destroy() {
    this.off();
    this.host.replaceChildren();
  }
}

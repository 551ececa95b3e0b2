/**
 * One transparent button per neuron, lying over its tile: pointer, touch and keyboard meet the
 * picture here. Only one of them is in the tab order; arrow keys move among them.
 */

import { trailOf } from "../dock/trail.js";
import { h, setAttribute } from "../dom.js";
import { number } from "../format.js";
import { exists, inputName, neuronName, numberAddress } from "../names.js";
import { frozenWords } from "./frozen.js";
import { blames } from "./marks.js";
import { weightsOf } from "./weights.js";

const TOUCH_REACH = 26;
const DOT_REACH = 7;
const addressOf = (layer, unit) => (layer < 0 ? { input: unit } : { layer, unit });
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const whole = (place) => (place?.pixel ? { ...place, pixel: undefined } : place); // a finger can't hit a pixel twice

export class Neurons {
  #buttons = []; // by column, then row
  #current = [0, 0];
  #known = "";
  #touch = false;
  #wasLifted = false;

  /**
   * @param {HTMLElement} field
   * @param {import("../store.js").RunStore} store
   * @param {(x: number, y: number) => object|null} linkAt
   */
  constructor(field, store, linkAt) {
    this.field = field;
    this.host = field.querySelector(".neurons");
    this.store = store;
    this.linkAt = linkAt;
    this.host.setAttribute("role", "group");
    this.host.setAttribute("aria-label", "Neurons");
    this.host.dataset.ownKeys = "";
    this.abort = new AbortController();
    const listen = (type, fn) => field.addEventListener(type, fn, { signal: this.abort.signal });
    listen("pointerdown", (event) => {
      this.#touch = event.pointerType === "touch";
      this.#wasLifted = same(whole(this.store.hover), whole(this.#at(event)));
    });
    listen("pointermove", (event) => event.pointerType !== "touch" && this.#point(event));
    listen("pointerleave", (event) => event.pointerType !== "touch" && this.store.setHover(null));
    listen("click", (event) => this.#click(event));
    this.host.addEventListener("keydown", (event) => this.#key(event));
    this.host.addEventListener("focusin", ({ target }) => {
      if (!this.#touch && target.matches(":focus-visible")) this.store.setHover(this.#addressOf(target));
    });
    this.host.addEventListener("focusout", () => this.#touch || this.store.setHover(null));
  }

  destroy() {
    this.abort.abort();
  }

  /** Lay the buttons over a layout's tiles; made anew only when there are others. */
  update(layout) {
    this.layout = layout;
    const known = layout.columns.map(({ kind, layer, rows }) => `${kind}${layer}:${rows.length}`).join();
    if (known !== this.#known) this.#build(known);
    layout.columns.forEach((column, at) => {
      const pitch = Math.abs((column.rows[column.across ?? 1] ?? 1e3) - (column.rows[0] ?? 0));
      const reach = column.bar ? column.pitch : Math.max(column.size, Math.min(28, pitch));
      column.rows.forEach((y, row) => {
        const { style } = this.#buttons[at][row];
        style.left = `${column.xs[row] - column.size / 2}px`;
        style.top = `${y - reach / 2}px`;
        style.width = `${column.size}px`;
        style.height = `${reach}px`;
      });
    });
    this.name();
    this.mark();
  }

  #build(known) {
    this.#known = known;
    const held = this.host.contains(this.host.getRootNode().activeElement);
    this.#buttons = this.layout.columns.map(({ layer, rows }, column) => rows.map((_, row) => h("button.neuron", {
      type: "button", tabindex: -1, "data-column": column, "data-row": row,
      "data-neuron": layer < 0 ? `inputs[${row}]` : `layers.${layer}[${row}]`,
    })));
    this.host.replaceChildren(...this.#buttons.flat());
    const column = Math.min(this.#current[0], this.#buttons.length - 1);
    this.#rove(column, Math.min(this.#current[1], this.#buttons[column].length - 1), held);
  }

  /** What each button is called, with its bias as it stands. */
  name() {
    const { shape, frame, finding } = this.store;
    this.layout?.columns.forEach((column, at) => {
      const biases = frame?.arrays.get(`parameters/layers.${column.layer}.bias`)?.data;
      column.rows.forEach((_, unit) => {
        const name = column.layer < 0 ? `Input ${inputName(shape, unit)}` : neuronName(shape, column.layer, unit);
        setAttribute(this.#buttons[at][unit], "aria-label", (biases ? `${name}, bias ${number(biases[unit])}` : name)
          + frozenWords(this.store, column.layer, unit) + (blames(finding, column.layer, unit) ? `, warning: ${finding.label}` : ""));
      });
    });
  }

  /** Which neuron is chosen. */
  mark() {
    const { selected } = this.store;
    for (const button of this.#buttons.flat()) setAttribute(button, "aria-pressed", String(same(whole(this.#addressOf(button)), whole(selected))));
  }

  /** What a button stands for; of a picture the pixel under the pointer, else the one last looked at or the middle. */
  #addressOf(button, event = null) {
    const column = this.layout.columns[button.dataset.column];
    const address = addressOf(column.layer, Number(button.dataset.row));
    if (!column.picture) return address;
    const [high, wide] = column.picture;
    const pressed = event?.type === "click" && !event.detail; // by a key
    const box = event && !pressed && this.field.getBoundingClientRect();
    if (!box) return this.#flat(this.#kept(address, high, wide), high, wide);
    const scale = column.size / Math.max(high, wide);
    const [x, y] = [column.xs[button.dataset.row], column.rows[button.dataset.row]];
    const at = (place, middle, count) => Math.max(0, Math.min(count - 1, Math.floor((place - middle) / scale + count / 2)));
    return this.#flat({ ...address, pixel: [at(event.clientY - box.top, y, high), at(event.clientX - box.left, x, wide)] }, high, wide);
  }

  /** Of an answer that is a picture but was computed as a vector, the unit that a pixel is. */
  #flat({ layer, unit, pixel, ...input }, high, wide) {
    if (layer === undefined) return { ...input, pixel };
    if (this.store.shape.layers[layer].shape.length === 3) return { layer, unit, pixel };
    return { layer, unit: (unit * high + pixel[0]) * wide + pixel[1] };
  }

  #kept(address, high, wide) {
    const last = [this.store.hover, this.store.selected].find((place) => place?.pixel && same(whole(place), whole({ ...address, pixel: [0, 0] })));
    return last ?? { ...address, pixel: [Math.floor(high / 2), Math.floor(wide / 2)] };
  }

  /** The neuron or link under a pointer; fingers take the nearest tile around. */
  #at(event) {
    const button = event.target.closest?.("[data-column][data-row]"); // or the number on its tile
    if (button) return this.#addressOf(button, event);
    if (event.target.closest?.(".heads > *")) return null;
    const box = this.field.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (this.#touch) {
      let [best, found] = [TOUCH_REACH, null];
      for (const column of this.layout.columns) {
        column.rows.forEach((row, unit) => {
          const away = Math.hypot(x - column.xs[unit], y - row) - column.size / 2;
          if (away >= best) return;
          [best, found] = [away, addressOf(column.layer, unit)];
          if (column.picture) found = this.#kept(found, ...column.picture);
        });
      }
      if (found) return found;
    }
    const link = this.linkAt(x, y);
    return link && { link };
  }

  #point(event) {
    const address = this.#at(event);
    this.field.classList.toggle("on-link", Boolean(address?.link));
    this.store.setHover(address);
  }

  /** The bias whose dot lies under a pointer: at the lower left corner of a tile. */
  #biasAt(event) {
    const box = this.field.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    for (const { layer, xs, rows, size, bar } of this.layout.columns) {
      const has = layer >= 0 && !bar && this.store.frame?.arrays.has(`parameters/layers.${layer}.bias`);
      const unit = has ? rows.findIndex((row, at) => Math.hypot(x - xs[at] + size / 2, y - row - size / 2) < DOT_REACH) : -1;
      if (unit >= 0) return `layers.${layer}.bias[${unit}]`;
    }
    return null;
  }

  /**
   * A click chooses; with a finger the first tap lifts and the second chooses. What is chosen already opens: the
   * picture stands for a number. So does the dot of a bias.
   */
  #click(event) {
    if (event.target.closest?.(".heads > *, [data-opens]")) return;
    const bias = this.#touch || !event.detail || this.store.walk ? null : this.#biasAt(event);
    if (bias) return void trailOf(this.store).open({ address: bias });
    const address = this.#at(event);
    if (this.#touch && event.detail && address && !this.#wasLifted) {
      this.store.setHover(address);
      return;
    }
    const known = address && same(whole(address), whole(this.store.selected));
    const opens = known && !(address.link && weightsOf(this.store, address.link.layer)?.windows); // a window is no one number
    if (known && !same(address, this.store.selected)) this.store.setSelected(address);
    if (opens) trailOf(this.store).open({ address: numberAddress(address) });
    else if (!known) this.store.setSelected(address);
    if (this.#touch) this.store.setHover(null);
  }

  #rove(column, row, focus = true) {
    for (const button of this.host.querySelectorAll("[tabindex='0']")) button.tabIndex = -1;
    const button = this.#buttons[column]?.[row];
    if (!button) return;
    this.#current = [column, row];
    button.tabIndex = 0;
    if (focus) button.focus({ preventScroll: false });
  }

  #key(event) {
    const [column, row] = [Number(event.target.dataset.column), Number(event.target.dataset.row)];
    if (event.key === "Escape") return this.store.setSelected(null);
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!across && !down)) return undefined;
    event.preventDefault();
    this.#touch = false;
    if (event.shiftKey) return this.#walk(event.target, down ?? 0, across ?? 0);
    if (down) return this.#rove(column, Math.max(0, Math.min(this.#buttons[column].length - 1, row + down)));
    // The neighbour at about the same height in the next column to that side, past a fold.
    const { columns } = this.layout;
    const [x, y] = [columns[column].x, columns[column].rows[row]];
    const beyond = columns.filter((other) => (other.x - x) * across > 0 && other.rows.length);
    const near = Math.min(...beyond.map((other) => Math.abs(other.x - x)));
    const tiles = beyond.filter((other) => Math.abs(other.x - x) === near)
      .flatMap((other) => other.rows.map((place, at) => ({ away: Math.abs(place - y), next: columns.indexOf(other), at })));
    if (!tiles.length) return undefined;
    const { next, at } = tiles.reduce((best, other) => (other.away < best.away ? other : best));
    return this.#rove(next, at);
  }

  /** With shift the arrows go from pixel to pixel of a picture. */
  #walk(button, down, across) {
    const { picture } = this.layout.columns[button.dataset.column];
    const { hover } = this.store;
    const from = hover?.pixel && exists(this.store.shape, hover) ? hover : this.#addressOf(button);
    if (!picture) return;
    const clamp = (value, count) => Math.max(0, Math.min(count - 1, value));
    const moved = { ...from, pixel: [clamp(from.pixel[0] + down, picture[0]), clamp(from.pixel[1] + across, picture[1])] };
    this.store.setHover(moved);
    if (same(whole(this.store.selected), whole(moved))) this.store.setSelected(moved);
  }
}

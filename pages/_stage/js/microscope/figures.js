/**
 * The numbers on tiles and links while a step is walked. Each is an element of its own that says whose
 * number it is, so that it can be read by program and opened; what is not known has no element.
 */

import { h, setAttribute, setNumber } from "../dom.js";
import { short } from "../format.js";
import { inkOn } from "./tiles.js";
import { rise } from "../network/strip.js";

const READABLE = 26; // px of a tile from which a number fits
const FEW_LINKS = 16;
const ROOM = 74; // px between two columns' tiles from which a number fits on a link
const [WIDE, HIGH] = [40, 15]; // of a number on a link
const PLACES = [0.5, 0.38, 0.62, 0.26, 0.74, 0.44, 0.56, 0.32, 0.68, 0.2, 0.8, 0.47, 0.53, 0.41, 0.59, 0.35, 0.65, 0.29, 0.71, 0.23, 0.77];

/** How much larger than usual numbers are, so that they grow with the tiles: on a projector, say. */
export const growth = (size) => Math.max(1, Math.min(1.45, size / 46));

/** Where the numbers of a gap's links stand: each on its own link, none over another. */
export function placesOf(gap, inputs) {
  const { from, to, x0, x1 } = gap;
  const [wide, high] = [WIDE * growth(to.size), HIGH * growth(to.size)];
  const links = to.rows.flatMap((y1, unit) => from.rows.map((y0, input) => ({ unit, input, y0, y1 })));
  if (links.length > FEW_LINKS || x1 - x0 < ROOM || from.rows.length !== inputs) return [];
  const taken = [];
  for (const link of links) {
    const spots = PLACES.map((across) => ({ x: x0 + (x1 - x0) * across, y: link.y0 + (link.y1 - link.y0) * rise(across).share }));
    const free = spots.find(({ x, y }) => x - wide / 2 > x0 - 4 && x + wide / 2 < x1 + 4
      && taken.every((other) => Math.abs(other.x - x) >= wide || Math.abs(other.y - y) >= high));
    if (free) taken.push({ ...link, ...free });
  }
  return taken;
}

export class Figures {
  #kept = new Map(); // element by key
  #used = new Set();

  /** @param {HTMLElement} host lies over the picture */
  constructor(host) {
    this.host = host;
  }

  begin() {
    this.#used.clear();
  }

  /** Take away what nobody asked for since `begin`. */
  end() {
    for (const [key, element] of this.#kept) {
      if (this.#used.has(key)) continue;
      element.remove();
      this.#kept.delete(key);
    }
  }

  /** `opens` is the number that explains it: its own address, or of a product the sum that it belongs to. */
  #element(key, { address, opens = address, sample, value, title, current, stop }, room) {
    const known = `${key} ${opens}`;
    let element = this.#kept.get(known);
    if (!element) {
      element = h("span.walked-number", { role: "button", "data-opens": opens, "data-number": address });
      this.#kept.set(known, element);
      this.host.append(element);
    }
    this.#used.add(known);
    setNumber(element, value, short(value, room));
    setAttribute(element, "data-sample", JSON.stringify(sample));
    setAttribute(element, "tabindex", stop ? "0" : "-1");
    setAttribute(element, "title", `${title} = ${value}`);
    setAttribute(element, "aria-label", `${title}: ${element.textContent}`);
    element.classList.toggle("current", current);
    return element;
  }

  /**
   * The number of one half of a tile.
   * @param {{key: string, address: string, sample: *, value: number, spread?: number, title: string, current: boolean, stop: boolean, lifted: boolean,
   *   x: number, y: number, size: number, half: number, halves: number, colour: string, column: number, row: number}} at
   */
  tile(at) {
    const { key, x, y, size, half, halves, colour, current, spread, column, row } = at;
    if (size < READABLE) {
      if (at.lifted) this.link({ ...at, y: y + size * (half - halves / 2) + HIGH * (half - 0.5) });
      return;
    }
    const font = Math.max(10, Math.min(22, size * (halves > 1 ? 0.28 : 0.31)));
    const element = this.#element(`tile ${key}`, at, Math.floor(size / (font * 0.55)));
    element.classList.add("on-tile");
    const high = size / halves;
    // Dimmed tiles are nearer to the panel, so their numbers take the panel's ink.
    Object.assign(element.style, {
      left: `${x - size / 2}px`, top: `${y - size / 2 + high * half}px`, width: `${size}px`, height: `${high}px`,
      fontSize: `${font}px`, color: current ? inkOn(colour) : "",
    });
    Object.assign(element.dataset, { column, row });
    if (spread !== undefined && halves === 1 && size >= 34) element.append(h("i", {}, `±${short(spread, 4)}`));
  }

  /** The number of one link, or of what is pointed at, its middle at (x, y); `size` is that of the tiles. */
  link({ x, y, size, ...at }) {
    const element = this.#element(`link ${at.key}`, at, 6);
    element.classList.add("on-link");
    const [wide, high] = [WIDE * growth(size), HIGH * growth(size)];
    Object.assign(element.style, { left: `${x - wide / 2}px`, top: `${y - high / 2}px`, width: `${wide}px`, height: `${high}px`, fontSize: `${11.5 * growth(size)}px` });
  }

  clear() {
    this.#kept.clear();
    this.host.replaceChildren();
  }
}

/**
 * The data picker: a radio group of small pictures, one for each dataset, painted from its points; of a set of pictures
 * some of them side by side.
 */

import { signed } from "./colour.js";
import { colourFor } from "./plot/marks.js";

const USUAL = 40; // px, where the picture has no size yet
const DOT = 0.03; // radius of a point, in sides of the picture
const STYLE = `
:host { display: block; container-type: inline-size; }
.sets { --across: 5; --gap: 5px; --apart: 5px; display: flex; flex-wrap: wrap; gap: var(--gap) var(--apart); padding: 3px 0; }
.kin { display: flex; gap: var(--gap); }
button { position: relative; display: block; margin: 0; padding: 1px; border: 2px solid var(--st-border-color);
  width: calc((100cqw - (var(--across) - 1) * var(--gap) - 2 * (var(--apart) - var(--gap))) / var(--across));
  border-radius: 8px; background: var(--st-secondary-background-color); cursor: pointer; }
button:hover { border-color: color-mix(in srgb, var(--st-primary-color) 55%, var(--st-border-color)); }
button[aria-checked=true] { border-color: var(--st-primary-color);
  box-shadow: 0 0 0 3px color-mix(in srgb, var(--st-primary-color) 18%, transparent); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
canvas, img { display: block; width: 100%; aspect-ratio: 1; border-radius: 4px; }
img { image-rendering: pixelated; }
/* On a screen of 768 px all sets lie in two rows, with a little more room between those of a kind. */
@media (max-height: 900px) and (min-width: 761px) {
  .sets { --across: 9; --gap: 3px; --apart: 8px; }
  button { border-width: 1.5px; border-radius: 6px; }
}`;

const mounted = new WeakMap(); // parent element → the picker in it

/** @param {string} colour a CSS colour @returns {boolean} whether it is a dark one */
function isDark(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour.trim() || "#fff";
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

/** Paint one dataset's points, each [x, y, target], x and y in −1 … 1, y upwards; see thumbnails.py. */
function paint(canvas, { points, classes }, theme, ground) {
  const size = canvas.clientWidth || USUAL;
  const scale = Math.max(1, window.devicePixelRatio || 1);
  canvas.width = canvas.height = Math.round(size * scale);
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / size, canvas.width / size);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, size, size);
  if (!points.length) { // an empty plane, to draw on
    pen.translate(size / 2 - 10, size / 2 - 10);
    pen.scale(20 / 16, 20 / 16);
    pen.strokeStyle = theme === "dark" ? "#c8d0da" : "#4a5563";
    pen.lineWidth = 1.3;
    pen.lineJoin = "round";
    pen.stroke(new Path2D("m2.8 13.2.7-3.1 7.3-7.3a1.7 1.7 0 0 1 2.4 2.4L5.9 12.5zM9.6 4l2.4 2.4"));
  }
  const dot = size * DOT * (points.length < 10 ? 3 : 1);
  for (const [x, y, value] of points) {
    pen.fillStyle = classes ? colourFor(classes, value, theme) : signed(value, theme);
    pen.beginPath();
    pen.arc(size / 2 + x * size * 0.48, size / 2 - y * size * 0.48, dot, 0, 2 * Math.PI);
    pen.fill();
  }
}

class Picker {
  constructor(root) {
    this.root = root;
    this.group = document.createElement("div");
    this.group.className = "sets";
    this.group.setAttribute("role", "radiogroup");
    this.group.setAttribute("aria-label", "Data");
    this.group.dataset.control = "data.kind";
    const style = document.createElement("style");
    style.textContent = STYLE;
    root.replaceChildren(style, this.group);
    this.group.addEventListener("click", (event) => this.choose(event.target.closest("button")));
    this.group.addEventListener("keydown", (event) => this.key(event));
    this.buttons = [];
    new ResizeObserver(() => this.paint()).observe(this.group);
  }

  /** Show new data, and take the colours of the theme as it is now. */
  update({ data, setTriggerValue }) {
    const kin = new Map(data.sets.map((set) => [set.group, []]));
    for (const set of data.sets) kin.get(set.group).push(set);
    this.sets = [...kin.values()].flat(); // as they lie, which is how arrow keys walk
    this.trigger = setTriggerValue;
    if (this.buttons.map((button) => button.value).join() !== this.sets.map((set) => set.id).join()) {
      this.buttons = this.sets.map((set) => this.button(set));
      this.group.replaceChildren(...[...kin.values()].map((sets) => {
        const box = document.createElement("div");
        box.className = "kin";
        box.append(...sets.map((set) => this.buttons[this.sets.indexOf(set)]));
        return box;
      }));
    }
    this.check(data.chosen);
    this.paint();
  }

  paint() {
    const host = this.root.host ?? this.root;
    const style = getComputedStyle(host);
    const ground = style.getPropertyValue("--st-background-color").trim() || "#fff";
    const theme = isDark(ground) ? "dark" : "light";
    this.sets?.forEach((set, i) => set.tiles || paint(this.buttons[i].firstChild, set, theme, ground));
  }

  button(set) {
    const button = document.createElement("button");
    button.type = "button";
    button.value = set.id;
    button.title = `${set.label}: ${set.group}`;
    button.setAttribute("role", "radio");
    button.setAttribute("aria-label", set.label);
    const picture = document.createElement(set.tiles ? "img" : "canvas");
    if (set.tiles) Object.assign(picture, { src: set.tiles, alt: "" });
    picture.setAttribute("aria-hidden", "true");
    button.append(picture);
    return button;
  }

  check(id) {
    for (const button of this.buttons) {
      button.setAttribute("aria-checked", String(button.value === id));
      button.tabIndex = button.value === id ? 0 : -1;
    }
    if (!this.buttons.some((button) => button.value === id) && this.buttons[0]) this.buttons[0].tabIndex = 0;
  }

  /** A press says "chosen"; arrow keys say "walked", for who walks on must not be stopped by a dialog. */
  choose(button, how = "chosen") {
    if (!button || button.getAttribute("aria-checked") === "true") return;
    this.check(button.value); // at once; the next data from the server says what holds
    this.trigger(how, button.value);
  }

  /** As in every radio group: arrow keys move and choose. */
  key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.buttons.indexOf(event.target.closest("button"));
    const next = this.buttons[(at + step + this.buttons.length) % this.buttons.length];
    next.focus();
    this.choose(next, "walked");
  }
}

/** Called by Streamlit at mount and whenever data or theme change. */
export function mount(component) {
  const root = component.parentElement;
  if (!mounted.has(root)) mounted.set(root, new Picker(root));
  mounted.get(root).update(component);
}

/** Called when the component has left the page. */
export function unmount(root) {
  mounted.delete(root);
}

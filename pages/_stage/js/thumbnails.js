/** The data picker: a radio group of small pictures, one for each dataset, painted from its points. */

import { signed } from "./colour.js";

const SIZE = 46;
const DOT = 1.35;
const STYLE = `
:host { display: block; }
.sets { display: grid; grid-template-columns: repeat(5, 1fr); gap: 5px; padding: 3px 0; }
button { position: relative; display: block; margin: 0; padding: 2px; border: 2px solid var(--st-border-color);
  border-radius: 8px; background: var(--st-secondary-background-color); cursor: pointer; }
button:hover { border-color: color-mix(in srgb, var(--st-primary-color) 55%, var(--st-border-color)); }
button[aria-checked=true] { border-color: var(--st-primary-color);
  box-shadow: 0 0 0 3px color-mix(in srgb, var(--st-primary-color) 18%, transparent); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
canvas { display: block; width: 100%; aspect-ratio: 1; border-radius: 5px; }`;

const mounted = new WeakMap(); // parent element → the picker in it

/** @param {string} colour a CSS colour @returns {boolean} whether it is a dark one */
function isDark(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour.trim() || "#fff";
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

/** Paint one dataset's points, each [x, y, colour] in −1 … 1, y upwards. */
function paint(canvas, points, theme, ground) {
  const scale = Math.max(1, window.devicePixelRatio || 1);
  canvas.width = canvas.height = Math.round(SIZE * scale);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, SIZE, SIZE);
  const dot = points.length < 10 ? DOT * 3 : DOT;
  for (const [x, y, value] of points) {
    pen.fillStyle = signed(value, theme);
    pen.beginPath();
    pen.arc(SIZE / 2 + x * SIZE * 0.48, SIZE / 2 - y * SIZE * 0.48, dot, 0, 2 * Math.PI);
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
  }

  /** Show new data, and take the colours of the theme as it is now. */
  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    if (this.buttons.map((button) => button.value).join() !== data.sets.map((set) => set.id).join()) {
      this.buttons = data.sets.map((set) => this.button(set));
      this.group.replaceChildren(...this.buttons);
    }
    this.check(data.chosen);
    const host = this.root.host ?? this.root;
    const style = getComputedStyle(host);
    const ground = style.getPropertyValue("--st-background-color").trim() || "#fff";
    const theme = isDark(ground) ? "dark" : "light";
    data.sets.forEach((set, i) => paint(this.buttons[i].firstChild, set.points, theme, ground));
  }

  button(set) {
    const button = document.createElement("button");
    button.type = "button";
    button.value = set.id;
    button.title = set.label;
    button.setAttribute("role", "radio");
    button.setAttribute("aria-label", set.label);
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    button.append(canvas);
    return button;
  }

  check(id) {
    for (const button of this.buttons) {
      button.setAttribute("aria-checked", String(button.value === id));
      button.tabIndex = button.value === id ? 0 : -1;
    }
    if (!this.buttons.some((button) => button.value === id) && this.buttons[0]) this.buttons[0].tabIndex = 0;
  }

  choose(button) {
    if (!button || button.getAttribute("aria-checked") === "true") return;
    this.check(button.value); // at once; the next data from the server says what holds
    this.trigger("chosen", button.value);
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
    this.choose(next);
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

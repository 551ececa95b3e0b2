/**
 * Drawing on the plane: points of a chosen class, by mouse, finger or keyboard, and taking them away again.
 *
 * A stroke is one change, so that one undo takes it back. What is drawn is shown at once, ringed until
 * the network learns from it: that is from the next epoch on.
 */

import { signed } from "../colour.js";
import { h, setAttribute, setText, themeOf } from "../dom.js";
import { icon } from "../icons.js";
import { axisText } from "./axes.js";
import { classMark } from "./marks.js";
import { PointsLayer } from "./points.js";

const SPACING = 13; // pixels between the points of a stroke: so far that each can still be seen
const JITTER = 5; // pixels that they stray from the line, so that a stroke becomes a band
const REACH = 11; // pixels around the eraser
const MOST_CLASSES = 5;
const ERASER = "eraser";
const INVITE = "No points yet. Press here, or Draw above, to put some.";

const round = (value) => Math.round(value * 100) / 100;
const key = (x, y) => `${Math.fround(x)},${Math.fround(y)}`;

/** Points as the layers want them. @param {number[][]} list [x, y, target] each */
function packed(list) {
  const x = Float32Array.from(list.flatMap((point) => [point[0], point[1]]));
  return { x, y: Float32Array.from(list, (point) => point[2]), prediction: null, total: list.length, wide: 1 };
}

export class DrawTool {
  on = false;
  #choice = 0;
  #stroke = null; // the points under way: drawn, or to be erased
  #last = null; // where the pointer put the last one
  #sent = []; // strokes that the server has not answered yet
  #known = new Set(); // all that was ever drawn here, to tell it from the data's own points
  #layer = new PointsLayer();
  #shown = { of: [], waiting: null, leaving: [] };
  #turn = 0; // counts the strokes sent and answered

  /**
   * @param {object} store @param {HTMLCanvasElement} canvas
   * @param {() => object} room the plane as it was painted last @param {() => void} paint paints it anew
   */
  constructor(store, canvas, room, paint) {
    Object.assign(this, { store, canvas, room, paint });
    this.button = h("button.chip.draw", { type: "button", "aria-pressed": "false", "data-control": "draw",
      title: "Draw points for the network to learn from", onclick: () => this.toggle() }, icon("draw"), "Draw");
    this.palette = h("div.draw-palette", { role: "group", "aria-label": "What is drawn" });
    this.live = h("span.unseen", { role: "status", "aria-live": "polite" });
    this.bar = h("div.card-foot.draw-bar", { hidden: true }, this.palette, this.live);
    this.invite = h("p.invite", { hidden: true }, INVITE);
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", () => this.#up());
    canvas.addEventListener("pointercancel", () => this.#up());
    this.bar.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.toggle(false);
    });
  }

  /** What can be drawn: {target, name, mark} each. */
  get choices() {
    const { output } = this.store.shape;
    if (output.target === "number") return [-1, 0, 1].map((target) => ({ target, name: `${target}`.replace("-", "−") }));
    return output.classes.map((name, target) => ({ target, name }));
  }

  /** Begin or end drawing. */
  toggle(on = !this.on) {
    if (on === this.on) return;
    this.on = on;
    this.#stroke = null;
    this.update();
    if (on) this.canvas.focus({ preventScroll: true });
    else this.button.focus({ preventScroll: true });
    this.#say(on ? "Drawing. Arrow keys move, Enter draws, Delete erases, number keys choose, Escape ends." : "Drawing has ended.");
    this.paint();
  }

  /** Takes in what the run has become. */
  update() {
    const { shape, spec } = this.store;
    if (!shape) return;
    for (const point of spec.data.points) this.#known.add(key(point[0], point[1]));
    setAttribute(this.button, "aria-pressed", String(this.on));
    this.button.lastChild.textContent = this.on ? "Done" : "Draw";
    this.bar.hidden = !this.on;
    this.canvas.classList.toggle("is-drawing", this.on);
    this.invite.hidden = shape.samples.train > 0 || this.#sent.length > 0 || Boolean(this.#stroke);
    setText(this.invite, this.on ? "No points yet. Choose a colour below, and press or drag here." : INVITE);
    const { choices } = this;
    if (this.#choice !== ERASER && this.#choice >= choices.length) this.#choice = 0;
    const wanted = JSON.stringify([choices, shape.output.target, spec.data.kind, themeOf(this.canvas)]);
    if (wanted !== this.wanted) this.#build(choices);
    this.wanted = wanted;
    for (const chip of this.palette.querySelectorAll("[data-choice]")) {
      setAttribute(chip, "aria-pressed", String(chip.dataset.choice === String(this.#choice)));
    }
  }

  #build(choices) {
    const chip = (choice, label, ...content) => h("button.chip", { type: "button", "data-choice": choice, title: label,
      "aria-label": label, onclick: () => this.#choose(choice) }, ...content);
    const theme = themeOf(this.canvas);
    const isNumber = this.store.shape.output.target === "number";
    const sign = (at) => isNumber
      ? h("i.dot", { style: `background: ${signed(choices[at].target, theme)}` }) : classMark(choices.length, at, theme);
    const more = h("button.chip", { type: "button", "aria-label": "One more colour; the network starts anew",
      title: "One more colour; the network starts anew", onclick: () => this.#moreClasses() }, "+");
    const grows = this.store.spec.data.kind === "points" && choices.length < MOST_CLASSES;
    // Names have room for two or three; the marks stand for more.
    this.palette.replaceChildren(
      ...choices.map(({ name }, at) => chip(at, `Draw ${name}`, sign(at), ...(choices.length > 3 ? [] : [h("span.name", {}, name)]))),
      ...(grows ? [more] : []), chip(ERASER, "Erase drawn points", icon("erase")));
  }

  #choose(choice) {
    this.#choice = choice;
    this.update();
    this.#say(choice === ERASER ? "Eraser." : `${this.choices[choice].name}.`);
    this.canvas.focus({ preventScroll: true });
  }

  async #moreClasses() {
    const classes = this.store.spec.data.classes + 1;
    const answer = await this.store.propose({ "data.classes": classes });
    if (answer.type !== "refused") this.#choose(classes - 1);
  }

  #down(event) {
    // Nothing but drawing can be meant on an empty plane.
    if (!this.on && !this.invite.hidden && !this.button.hidden && event.button === 0) this.toggle(true);
    if (!this.on || event.button > 0 || !this.room()) return;
    const place = this.room().at(event.offsetX, event.offsetY);
    if (!place.inside) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.#stroke = [];
    this.#last = null;
    this.#touch(event.offsetX, event.offsetY);
  }

  #move(event) {
    if (!this.#stroke) {
      if (this.on) this.paint();
      return;
    }
    const { x, y } = this.#last;
    const far = Math.hypot(event.offsetX - x, event.offsetY - y);
    if (this.#choice === ERASER ? far > 2 : far >= SPACING) this.#touch(event.offsetX, event.offsetY, JITTER);
  }

  #up() {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (stroke?.length) this.#send(stroke);
    else if (stroke && this.#choice === ERASER) this.#say("There is no drawn point here.");
    this.update();
  }

  /** Puts a point at this place on the canvas, or takes away those around it. */
  #touch(left, top, jitter = 0) {
    this.#last = { x: left, y: top };
    const stray = () => (Math.random() * 2 - 1) * jitter;
    const place = this.room().at(left + stray(), top + stray());
    if (this.#choice === ERASER) {
      const within = (REACH / this.room().side) * 2 * this.room().extent;
      const found = this.#drawn().filter(([x, y]) => Math.hypot(x - place.x, y - place.y) <= within);
      this.#stroke.push(...found);
    } else if (place.inside) {
      if (this.store.spec.data.points.length + this.#stroke.length >= this.store.limits.max_drawn_points) {
        this.store.say(`At most ${this.store.limits.max_drawn_points} points can be drawn. Erase some before you draw more.`, "warning");
        return;
      }
      this.#stroke.push([round(place.x), round(place.y), this.choices[this.#choice].target]);
    }
    this.update();
    this.paint();
  }

  async #send(points, erase = this.#choice === ERASER) {
    const entry = { points, erase };
    this.#sent.push(entry);
    this.#turn += 1;
    const count = points.length === 1 ? "1 point" : `${points.length} points`;
    const [x, y] = points.at(-1);
    const { axes } = this.store.shape;
    const where = points.length === 1 ? ` at ${axisText(axes[0], x)}, ${axisText(axes[1], y)}` : "";
    this.#say(erase ? `${count} erased${where}.` : `${count} drawn${where}: ${this.choices[this.#choice]?.name ?? ""}.`);
    await this.store.operate({ name: erase ? "erase_points" : "draw_points", points });
    this.#sent = this.#sent.filter((other) => other !== entry);
    this.#turn += 1;
    this.update();
    this.paint();
  }

  /**
   * A key on the canvas while drawing. @param {KeyboardEvent} event
   * @param {{x: number, y: number}|null} pointer where the arrow keys have come to
   * @returns {boolean} whether it meant anything here
   */
  key(event, pointer) {
    const number = Number(event.key) - 1;
    if (event.key === "Escape") this.toggle(false);
    else if (this.choices[number]) this.#choose(number);
    else if (["Enter", " ", "Delete", "Backspace"].includes(event.key)) {
      const { left, top, side } = this.room();
      const { x, y } = pointer ?? { x: left + side / 2, y: top + side / 2 };
      const before = this.#choice;
      if (event.key === "Delete" || event.key === "Backspace") this.#choice = ERASER;
      this.#stroke = [];
      this.#touch(x, y);
      this.#up();
      this.#choice = before;
      this.update();
    } else return false;
    return true;
  }

  /** All drawn points as they will be: those of the spec, with the strokes under way. */
  #drawn() {
    const erasing = this.#choice === ERASER && this.#stroke ? [{ points: this.#stroke, erase: true }] : [];
    const drawing = this.#choice !== ERASER && this.#stroke ? [{ points: this.#stroke, erase: false }] : [];
    let list = this.store.spec.data.points;
    for (const { points, erase } of [...this.#sent, ...erasing, ...drawing]) {
      const gone = new Set(points.map(String));
      list = erase ? list.filter((point) => !gone.has(String(point))) : [...list, ...points];
    }
    return list;
  }

  // Which drawn points the network does not learn from yet, and which it still does though they are erased.
  #sorted(train) {
    const of = [this.store.spec.data.points, train?.x, this.#turn, this.#stroke?.length, this.#choice === ERASER];
    if (of.every((part, at) => part === this.#shown.of[at])) return this.#shown;
    const list = this.#drawn();
    const places = new Set(list.map(([x, y]) => key(x, y)));
    const learned = new Set();
    const leaving = [];
    for (let i = 0; i < (train?.total ?? 0) && this.#known.size; i += 1) {
      const place = key(train.x[2 * i], train.x[2 * i + 1]);
      learned.add(place);
      if (this.#known.has(place) && !places.has(place)) leaving.push([train.x[2 * i], train.x[2 * i + 1]]);
    }
    this.#shown = { of, waiting: packed(list.filter(([x, y]) => !learned.has(key(x, y)))), leaving };
    return this.#shown;
  }

  /** Draws what waits and what leaves, and the pen. @param {object|null} train @param {object} target @param {{x, y}|null} pointer */
  draw(room, train, target, pointer, tokens) {
    if (!this.store.spec?.data?.points) return;
    const { waiting, leaving } = this.#sorted(train);
    const { g, px, py } = room;
    if (waiting.total) this.#layer.draw(g, waiting, target, room, false);
    g.lineWidth = 1.5;
    g.strokeStyle = tokens.ink;
    for (let i = 0; i < waiting.total; i += 1) {
      g.beginPath();
      g.arc(px(waiting.x[2 * i]), py(waiting.x[2 * i + 1]), 6, 0, 2 * Math.PI);
      g.stroke();
    }
    for (const [x, y] of leaving) {
      g.beginPath();
      for (const way of [-4, 4]) {
        g.moveTo(px(x) - 4, py(y) - way);
        g.lineTo(px(x) + 4, py(y) + way);
      }
      g.stroke();
    }
    if (!this.on || !pointer) return;
    g.beginPath();
    g.arc(pointer.x, pointer.y, this.#choice === ERASER ? REACH : 5, 0, 2 * Math.PI);
    if (this.#choice !== ERASER) {
      g.fillStyle = target.colour(target.shade(this.choices[this.#choice].target));
      g.fill();
    }
    g.stroke();
  }

  #say(text) {
    setText(this.live, text);
  }
}

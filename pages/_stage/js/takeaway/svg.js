/**
 * Pictures as SVG: while something is painted anew, a canvas's own context also writes down what it is told.
 * Lines, shapes and text become lines, shapes and text; what is painted from pixels becomes an image within.
 */

import { textOf } from "../plot/forms.js";

const f = (value) => String(Math.round(value * 100) / 100);
const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const ANCHOR = { left: "start", start: "start", center: "middle", right: "end", end: "end" };
const BASELINE = { middle: "central", top: "text-before-edge", hanging: "text-before-edge", bottom: "text-after-edge" };
const OUTLINE = ["beginPath", "closePath", "moveTo", "lineTo", "bezierCurveTo", "quadraticCurveTo", "arc", "rect", "roundRect"];
const MARKS = ["fill", "stroke", "fillRect", "strokeRect", "clearRect", "fillText", "strokeText", "drawImage", "putImageData", "clip", "save", "restore"];

let clips = 0; // clip paths of one document need names of their own

const recorded = new WeakSet();

/** Whether what is painted there now is written down: shapes are then better than pixels. */
export const recording = (context) => recorded.has(context);

export class Recorder {
  /** @param {CanvasRenderingContext2D} context @param {Map<HTMLCanvasElement, Recorder>} known canvases that are recorded too */
  constructor(context, known = new Map()) {
    Object.assign(this, { g: context, known, marks: [], path: "", clipped: [], kept: [] });
    recorded.add(context);
    for (const name of [...OUTLINE, ...MARKS]) {
      const real = context[name];
      context[name] = (...given) => {
        if (context.canvas.width) this[name](...given);
        return real.apply(context, given);
      };
    }
  }

  /** The context is as it was. */
  end() {
    for (const name of [...OUTLINE, ...MARKS]) delete this.g[name];
    recorded.delete(this.g);
    return this;
  }

  /** What was recorded, in the canvas's own pixels. */
  get content() {
    return this.marks.join("");
  }

  // ---- the outline, in pixels of the canvas ------------------------------------------------

  at(x, y) {
    const m = this.g.getTransform();
    return `${f(m.a * x + m.c * y + m.e)} ${f(m.b * x + m.d * y + m.f)}`;
  }

  get scale() {
    const m = this.g.getTransform();
    return Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));
  }

  beginPath() { this.path = ""; }
  closePath() { this.path += "Z"; }
  moveTo(x, y) { this.path += `M${this.at(x, y)}`; }
  lineTo(x, y) { this.path += `${this.path ? "L" : "M"}${this.at(x, y)}`; }
  bezierCurveTo(a, b, c, d, x, y) { this.path += `C${this.at(a, b)} ${this.at(c, d)} ${this.at(x, y)}`; }
  quadraticCurveTo(a, b, x, y) { this.path += `Q${this.at(a, b)} ${this.at(x, y)}`; }

  arc(x, y, radius, from, to, back = false) {
    const size = f(radius * this.scale);
    const point = (angle) => this.at(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    const turn = back ? from - to : to - from;
    this.path += `${this.path ? "L" : "M"}${point(from)}`;
    const half = back ? from - turn / 2 : from + turn / 2; // two arcs, since one can't go all the way round
    for (const angle of [half, to]) this.path += `A${size} ${size} 0 0 ${back ? 0 : 1} ${point(angle)}`;
  }

  rect(x, y, width, height) {
    this.path += `M${this.at(x, y)}L${this.at(x + width, y)}L${this.at(x + width, y + height)}L${this.at(x, y + height)}Z`;
  }

  roundRect(x, y, width, height, radii = 0) {
    const r = Math.min(Array.isArray(radii) ? radii[0] : radii, Math.abs(width) / 2, Math.abs(height) / 2);
    const size = f(r * this.scale);
    const corner = (px, py) => `A${size} ${size} 0 0 1 ${this.at(px, py)}`;
    this.path += `M${this.at(x + r, y)}L${this.at(x + width - r, y)}${corner(x + width, y + r)}`
      + `L${this.at(x + width, y + height - r)}${corner(x + width - r, y + height)}`
      + `L${this.at(x + r, y + height)}${corner(x, y + height - r)}L${this.at(x, y + r)}${corner(x + r, y)}Z`;
  }

  // ---- marks -------------------------------------------------------------------------------

  /** One mark, within what is clipped and as see-through as it is. */
  mark(body, more = "") {
    const { globalAlpha } = this.g;
    if (!globalAlpha || !body) return;
    const faint = globalAlpha < 1 ? ` opacity="${f(globalAlpha)}"` : "";
    const within = this.clipped.length ? ` clip-path="url(#${this.clipped.at(-1)})"` : "";
    this.marks.push(within ? `<g${within}><${body}${faint}${more}</g>` : `<${body}${faint}${more}`);
  }

  static paint(value) {
    return typeof value === "string" && value !== "transparent" ? value : "none";
  }

  #outlined(path) {
    if (path === undefined || typeof path === "string") return `d="${this.path}"`;
    const m = this.g.getTransform();
    return `d="${textOf(path)}" transform="matrix(${[m.a, m.b, m.c, m.d, m.e, m.f].map(f).join(" ")})"`;
  }

  fill(path) {
    this.mark(`path ${this.#outlined(path)} fill="${Recorder.paint(this.g.fillStyle)}"`, "/>");
  }

  stroke(path) {
    const { g } = this;
    const own = typeof path === "object"; // its transform scales the line too
    const dash = g.getLineDash().map((part) => f(part * (own ? 1 : this.scale)));
    this.mark(`path ${this.#outlined(path)} fill="none" stroke="${Recorder.paint(g.strokeStyle)}" stroke-width="${f(g.lineWidth * (own ? 1 : this.scale))}"`
      + ` stroke-linecap="${g.lineCap}" stroke-linejoin="${g.lineJoin}"${dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : ""}`, "/>");
  }

  #boxed(x, y, width, height, then) {
    const kept = this.path;
    this.path = "";
    this.rect(x, y, width, height);
    then();
    this.path = kept;
  }

  fillRect(...box) { this.#boxed(...box, () => this.fill()); }
  strokeRect(...box) { this.#boxed(...box, () => this.stroke()); }

  /** A new picture begins where all is cleared. */
  clearRect() {
    if (!this.clipped.length) this.marks = [];
  }

  fillText(text, x, y, most) {
    const { g } = this;
    const m = g.getTransform();
    const long = most !== undefined && g.measureText(text).width > most ? ` textLength="${f(most)}" lengthAdjust="spacingAndGlyphs"` : "";
    this.mark(`text transform="matrix(${[m.a, m.b, m.c, m.d].map(f).join(" ")} ${this.at(x, y)})" fill="${Recorder.paint(g.fillStyle)}"`
      + ` style="font:${escaped(g.font)}" text-anchor="${ANCHOR[g.textAlign] ?? "start"}" dominant-baseline="${BASELINE[g.textBaseline] ?? "auto"}"${long}`,
      `>${escaped(text)}</text>`);
  }

  strokeText() {} // a halo around words; they are readable without

  drawImage(source, ...box) {
    const from = box.length === 8 ? box.slice(0, 4) : [0, 0, source.width, source.height];
    const [x, y, width = from[2], height = from[3]] = box.length === 8 ? box.slice(4) : box;
    if (!width || !height || !from[2] || !from[3]) return;
    const m = this.g.getTransform();
    const place = `matrix(${[m.a, m.b, m.c, m.d].map(f).join(" ")} ${this.at(x, y)})`;
    const inner = this.known.get(source);
    if (inner?.marks.length) { // one that was not painted meanwhile is taken as it looks
      this.mark(`g transform="${place} scale(${width / from[2]} ${height / from[3]})"`, `>${inner.content}</g>`);
      return;
    }
    const cut = Object.assign(document.createElement("canvas"), { width: Math.ceil(from[2]), height: Math.ceil(from[3]) });
    cut.getContext("2d").drawImage(source, ...from, 0, 0, cut.width, cut.height);
    this.mark(`image transform="${place}" width="${f(width)}" height="${f(height)}" preserveAspectRatio="none"`
      + ` style="image-rendering:${this.g.imageSmoothingEnabled ? "auto" : "pixelated"}" href="${cut.toDataURL()}"`, "/>");
  }

  putImageData(data, x, y) {
    const cut = Object.assign(document.createElement("canvas"), { width: data.width, height: data.height });
    cut.getContext("2d").putImageData(data, 0, 0);
    this.mark(`image x="${x}" y="${y}" width="${data.width}" height="${data.height}" href="${cut.toDataURL()}"`, "/>");
  }

  clip(path) {
    clips += 1;
    const name = `c${clips}`;
    const inside = this.clipped.length ? ` clip-path="url(#${this.clipped.at(-1)})"` : "";
    this.marks.push(`<clipPath id="${name}"${inside}><path ${this.#outlined(path)}/></clipPath>`);
    this.clipped = [...this.clipped, name];
  }

  save() { this.kept.push(this.clipped); }
  restore() { this.clipped = this.kept.pop() ?? []; }
}

/** A whole SVG document. @param {string} content @param {number} width @param {number} height in its own units */
export const documentOf = (content, width, height) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;

/** The screen as a picture: network, output and curves with their numbers, the goal and the link, on one canvas. */

import { shapeWords } from "../builder/words.js";
import { tokensOf } from "../dom.js";
import { count, epoch, loss, number, percent } from "../format.js";
import { layerName } from "../names.js";
import { documentOf, Recorder } from "./svg.js";

const SCALE = 2; // device pixels for each unit below
const WIDE = 1280;
const EDGE = 24;
const GAP = 12;
const TOP = 84;
const BODY = 560;
const SIDE = 372;
const FOOT = 92;

const shown = { loss, accuracy: percent, error: number };

/** The key numbers in one line. */
function numbersOf(store) {
  const { frame, shape } = store;
  const parts = [`epoch ${epoch(frame.epoch)}`, `step ${count(frame.step)}`];
  for (const { id, label } of shape.metrics) {
    const format = shown[id.slice(id.indexOf("_") + 1)] ?? number;
    parts.push(`${label.toLowerCase()} ${format(frame.numbers[id])}`);
  }
  return parts.join("   ·   ");
}

/** What is learned by what, in one line. */
function settingsOf(store) {
  const { spec, catalogue } = store;
  const label = (folder, id) => catalogue[folder]?.find((entry) => entry.id === id)?.label ?? id;
  const { optimizer, penalty } = spec.learning;
  const parts = [label("datasets", spec.data.kind), label("optimizers", optimizer.kind),
    `learning rate ${number(optimizer.learning_rate)}`, `batch size ${spec.learning.batch_size}`,
    store.shape.loss.label, `seed ${spec.seed}`];
  if (penalty.kind !== "none") parts.push(`penalty ${label("penalties", penalty.kind)}`);
  return parts.join("   ·   ");
}

class Sheet {
  constructor(canvas, tokens, ground) {
    this.g = canvas.getContext("2d");
    this.g.scale(SCALE, SCALE);
    this.tokens = tokens;
    this.g.fillStyle = ground;
    this.g.fillRect(0, 0, canvas.width, canvas.height);
  }

  text(text, x, y, { size = 14, weight = 400, colour = this.tokens.ink, align = "left", most, family = this.tokens.font } = {}) {
    const { g } = this;
    g.font = `${weight} ${size}px ${family}`;
    g.fillStyle = colour;
    g.textAlign = align;
    g.textBaseline = "alphabetic";
    g.fillText(text, x, y, most);
  }

  card(x, y, width, height) {
    const { g, tokens } = this;
    g.beginPath();
    g.roundRect(x, y, width, height, 14);
    g.fillStyle = tokens.panel;
    g.fill();
    g.strokeStyle = tokens.line;
    g.stroke();
  }

  /** A canvas as large as it fits into a box, in the middle; where it lies and how much it was scaled. */
  image(canvas, x, y, width, height) {
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
    const scale = Math.min(width / wide, height / high);
    const left = x + (width - wide * scale) / 2;
    const top = y + (height - high * scale) / 2;
    this.g.drawImage(canvas, left, top, wide * scale, high * scale);
    return { left, top, scale };
  }

  /** Text in lines of at most `width`, broken anywhere: a link has no spaces. Returns where the next line goes. */
  lines(text, x, y, width, options) {
    const high = options.size * 1.4;
    this.text("", x, y, options); // sets the font
    let rest = text;
    for (let line = 0; rest && line < 2; line += 1) {
      let length = rest.length;
      while (this.g.measureText(rest.slice(0, length)).width > width) length -= 1;
      const cut = line === 1 && length < rest.length;
      this.text(cut ? `${rest.slice(0, length - 1)}…` : rest.slice(0, length), x, y, options);
      rest = rest.slice(length);
      y += high;
    }
    return y;
  }
}

/**
 * The picture as a PNG.
 * @param {Element} stage any element of the stage @param {object} store
 * @param {string} link the link to this run
 * @returns {Promise<Blob>}
 */
export function pictureOf(stage, store, link) {
  const canvas = blank();
  draw(stage, store, link, canvas);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The browser made no picture."))), "image/png");
  });
}

/**
 * The same as an SVG, whose lines and words stay lines and words.
 * @param {Element} stage @param {object} store @param {string} link
 * @returns {Promise<Blob>}
 */
export async function drawingOf(stage, store, link) {
  const found = [...stage.getRootNode().querySelectorAll("[data-slot] canvas")];
  const known = new Map(found.map((canvas) => [canvas, new Recorder(canvas.getContext("2d"))]));
  try {
    await store.repainted();
    const canvas = blank();
    const sheet = new Recorder(canvas.getContext("2d"), known);
    draw(stage, store, link, canvas);
    return new Blob([documentOf(sheet.content, canvas.width, canvas.height)], { type: "image/svg+xml" });
  } finally {
    for (const recorder of known.values()) recorder.end();
  }
}

const blank = () => Object.assign(document.createElement("canvas"), { width: WIDE * SCALE, height: (TOP + BODY + FOOT) * SCALE });

function draw(stage, store, link, canvas) {
  const root = stage.getRootNode();
  const tokens = tokensOf(stage);
  const ground = getComputedStyle(stage).getPropertyValue("--ground").trim() || "#ffffff";
  const sheet = new Sheet(canvas, tokens, ground);
  sheet.text("Glassbox", EDGE, 34, { size: 21, weight: 700 });
  sheet.text(store.shape.goal ?? "", EDGE + 112, 34, { size: 15, colour: tokens.ink2, most: WIDE - 2 * EDGE - 112 });
  sheet.text(numbersOf(store), EDGE, 64, { size: 16, weight: 600, most: WIDE - 2 * EDGE });
  const main = WIDE - 2 * EDGE - GAP - SIDE;
  network(sheet, root, store, EDGE, TOP, main);
  const right = EDGE + main + GAP;
  const parts = [["output", 352], ["curves", BODY - 352 - GAP]];
  let y = TOP;
  for (const [slot, high] of parts) {
    sheet.card(right, y, SIDE, high);
    const title = root.querySelector(`[data-slot=${slot}] :is(h3, [aria-selected=true])`)?.textContent ?? "";
    sheet.text(title, right + 16, y + 25, { weight: 650 });
    if (slot === "curves") keys(sheet, store, right + SIDE - 14, y + 25);
    const found = root.querySelector(`[data-slot=${slot}] canvas`);
    if (found?.clientWidth) sheet.image(found, right + 12, y + 34, SIDE - 24, high - 44);
    y += high + GAP;
  }
  const foot = TOP + BODY + 26;
  sheet.text(settingsOf(store), EDGE, foot, { size: 13, colour: tokens.ink2, most: WIDE - 2 * EDGE });
  const said = store.changed ? `${link}   (weights or settings were changed on the way)` : link;
  sheet.lines(said, EDGE, foot + 22, WIDE - 2 * EDGE, { size: 12, colour: tokens.ink2, family: "monospace" });
}

/** The network's canvas, and above it what its heads say. */
function network(sheet, root, store, x, y, width) {
  sheet.card(x, y, width, BODY);
  const found = root.querySelector("[data-slot=network] canvas");
  if (!found?.clientWidth) return;
  const place = sheet.image(found, x + 8, y + 8, width - 16, BODY - 16);
  const from = found.getBoundingClientRect();
  for (const head of root.querySelectorAll("[data-slot=network] .head[data-column]")) {
    const at = head.getBoundingClientRect();
    const middle = place.left + ((at.left + at.right) / 2 - from.left) * place.scale;
    const [title, sub] = headWords(store.shape, head);
    const top = place.top + (at.top - from.top) * place.scale;
    const most = Math.max(40, (parseFloat(head.style.getPropertyValue("--room")) || 80) * place.scale);
    sheet.text(title, middle, top + 16 * place.scale, { size: 13 * Math.min(1.2, place.scale), weight: 650, align: "center", most });
    sheet.text(sub, middle, top + 33 * place.scale, { size: 12 * Math.min(1.2, place.scale), colour: sheet.tokens.ink2, align: "center", most });
  }
}

/** What stands over a column: of a layer its own words, of inputs, output and folded layers those of the head. */
function headWords(shape, head) {
  const { entry } = head.dataset;
  if (entry === undefined) {
    const words = (name) => (head.querySelector(`${name} .long`) ?? head.querySelector(name))?.textContent ?? "";
    return [words("b"), words("b") === "Inputs" ? count(shape.inputs.length) : words(".sub")];
  }
  const layer = shape.layers[entry];
  return [layerName(shape, Number(entry)), layer.kind === "dense" ? `${layer.units} × ${layer.activation}` : `${layer.label} ${shapeWords(layer.shape)}`];
}

function keys(sheet, store, right, y) {
  const { tokens } = sheet;
  const test = store.shape.samples?.test ? [["test", tokens.ink]] : [];
  for (const [word, colour] of [["train", tokens.ink3], ...test]) {
    sheet.text(word, right, y, { size: 12.5, colour: tokens.ink2, align: "right" });
    right -= sheet.g.measureText(word).width + 22;
    sheet.g.fillStyle = colour;
    sheet.g.fillRect(right, y - 6, 16, 3);
    right -= 12;
  }
}

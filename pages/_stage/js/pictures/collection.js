/** Own pictures as they are collected, and as the server takes them: see dlcore/pictures.py for the bytes. */

import { canvasOf } from "../plot/pixels.js";

const MAGIC = "glassbox pictures 1\n";

/** The bytes of pictures of one shape. @param {{classes: string[], side: number, channels: number, items: {label: string, pixels: Uint8Array}[]}} found */
export function written({ classes, side, channels, items }) {
  const head = new TextEncoder().encode(`${MAGIC}${JSON.stringify({ shape: [channels, side, side], classes, count: items.length })}\n`);
  const size = side * side * channels;
  const bytes = new Uint8Array(head.length + items.length * (1 + size));
  bytes.set(head);
  bytes.set(items.map(({ label }) => classes.indexOf(label)), head.length);
  items.forEach(({ pixels }, at) => bytes.set(pixels, head.length + items.length + at * size));
  return bytes;
}

/** What `written` gave, with each picture as a canvas. @param {Uint8Array} bytes */
export function opened(bytes) {
  const end = bytes.indexOf(10, MAGIC.length);
  const { shape: [channels, side], classes, count } = JSON.parse(new TextDecoder().decode(bytes.subarray(MAGIC.length, end)));
  const size = side * side * channels;
  const items = Array.from({ length: count }, (_, at) => {
    const start = end + 1 + count + at * size;
    return { label: classes[bytes[end + 1 + at]], canvas: canvasOf({ data: bytes.subarray(start, start + size), shape: [1, side, side, channels] }) };
  });
  return { classes, side, channels, items };
}

/** The same picture in another size. @param {HTMLCanvasElement} canvas @param {number} side */
export function resized(canvas, side) {
  if (canvas.width === side) return canvas;
  const other = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = other.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, side, side);
  return other;
}

/**
 * The pictures that a run learns from, if they are somebody's own, and where others are to be sent.
 * @param {object} store
 * @returns {Promise<{path: string, most: number, side: number, found: object|null}|{message: string}>}
 */
export async function known(store) {
  const answer = await store.do("own_pictures", {}, { quiet: true });
  if (answer?.type !== "answer") return { message: answer?.message ?? "The server did not answer; please try again." };
  const { path, known: where, most, side } = answer.result;
  if (!where) return { path, most, side, found: null };
  const response = await fetch(`${store.socket.base}${where}`);
  return { path, most, side, found: response.ok ? opened(new Uint8Array(await response.arrayBuffer())) : null };
}

/** Sends pictures, from which the run then learns. @returns {Promise<{type: string, message?: string, notes?: string[]}>} */
export async function send(store, path, bytes) {
  const response = await fetch(`${store.socket.base}${path}`, { method: "POST", body: bytes });
  return response.json();
}

/** Drawings that somebody kept, until they are among the pictures to learn from; one basket for the page. */

const kept = [];

export const basket = {
  /** @returns {{label: string, canvas: HTMLCanvasElement}[]} */
  get items() {
    return kept;
  },
  /** Keep a copy of a small picture under a label. */
  put(label, canvas) {
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    copy.getContext("2d", { willReadFrequently: true }).drawImage(canvas, 0, 0);
    kept.push({ label, canvas: copy });
  },
  clear() {
    kept.length = 0;
  },
};

/**
 * The tiles: every neuron's map over the plane.
 *
 * All maps of a frame go into one atlas by a single putImageData; each tile is then a drawImage of
 * its cell. The rounded corners and the double rim are one prepared picture per size laid over it.
 */

import { signed } from "../colour.js";

const CELL = 33; // pixels of a map's side, as the probe sends them
const ACROSS = 16; // cells in a row of the atlas
const SHADES = 24; // of a bias on either side of zero

export class Atlas {
  #canvas = document.createElement("canvas");
  #context = this.#canvas.getContext("2d");
  #image = null;
  #pixels = null;
  #cells = 0;

  /** Room for `cells` maps. */
  reserve(cells) {
    if (cells === this.#cells) return;
    this.#cells = cells;
    this.#canvas.width = CELL * Math.min(ACROSS, Math.max(1, cells));
    this.#canvas.height = CELL * Math.max(1, Math.ceil(cells / ACROSS));
    this.#image = this.#context.createImageData(this.#canvas.width, this.#canvas.height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
  }

  /** Put maps [count, 33, 33] of bytes into the cells from `first` on; tableOf(map) gives its 256 pixels. */
  write(first, maps, count, tableOf) {
    const stride = this.#canvas.width;
    for (let map = 0; map < count; map += 1) {
      const cell = first + map;
      const table = tableOf(map);
      let at = Math.floor(cell / ACROSS) * CELL * stride + (cell % ACROSS) * CELL;
      let byte = map * CELL * CELL;
      for (let row = 0; row < CELL; row += 1, at += stride) {
        for (let column = 0; column < CELL; column += 1, byte += 1) this.#pixels[at + column] = table[maps[byte]];
      }
    }
  }

  /** Make what was written drawable. */
  commit() {
    this.#context.putImageData(this.#image, 0, 0);
  }

  /** Draw one cell as a square around (x, y). */
  draw(context, cell, x, y, size) {
    context.drawImage(this.#canvas, (cell % ACROSS) * CELL, Math.floor(cell / ACROSS) * CELL, CELL, CELL, x - size / 2, y - size / 2, size, size);
  }
}

export const radiusOf = (size) => Math.max(2.5, size * 0.17);

/** Rims by size: corners in the panel's colour and the thin double line around the map. */
export class Rims {
  #pictures = new Map();

  clear() {
    this.#pictures.clear();
  }

  #make(size, ratio, { panel, rim }) {
    const margin = 4;
    const side = size + margin * 2;
    const canvas = new OffscreenCanvas(Math.ceil(side * ratio), Math.ceil(side * ratio));
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const radius = radiusOf(size);
    const line = size < 24 ? 1 : 1.5; // the light ring between map and outline
    context.fillStyle = panel;
    context.beginPath();
    context.rect(margin - 0.5, margin - 0.5, size + 1, size + 1);
    context.roundRect(margin + line, margin + line, size - line * 2, size - line * 2, radius);
    context.fill("evenodd");
    context.strokeStyle = rim;
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(margin - 0.5, margin - 0.5, size + 1, size + 1, radius + 1.5);
    context.stroke();
    return { bitmap: canvas.transferToImageBitmap(), margin };
  }

  /** Draw the rim of a tile of `size` around (x, y). */
  draw(context, x, y, size, ratio, colours) {
    const key = size * 8 + ratio;
    let picture = this.#pictures.get(key);
    if (!picture) this.#pictures.set(key, (picture = this.#make(size, ratio, colours)));
    const { bitmap, margin } = picture;
    context.drawImage(bitmap, x - size / 2 - margin, y - size / 2 - margin, bitmap.width / ratio, bitmap.height / ratio);
  }
}

/** The ring around the chosen tile. */
export function drawRing(context, x, y, size, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.roundRect(x - size / 2 - 3.5, y - size / 2 - 3.5, size + 7, size + 7, radiusOf(size) + 4);
  context.stroke();
}

/** Biases: a dot at the tile's lower left corner, one prepared picture for each shade and size. */
export class Dots {
  #pictures = new Map();

  clear() {
    this.#pictures.clear();
  }

  #make(radius, ratio, colour, panel) {
    const side = radius * 2 + 4;
    const canvas = new OffscreenCanvas(Math.ceil(side * ratio), Math.ceil(side * ratio));
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.beginPath();
    context.arc(side / 2, side / 2, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = panel;
    context.lineWidth = radius > 3 ? 1.5 : 1;
    context.stroke();
    return canvas.transferToImageBitmap();
  }

  /** Draw a bias beside the tile of `size` around (x, y); `theme` is that of the colours. */
  draw(context, x, y, size, ratio, bias, theme, panel) {
    const radius = Math.max(2, Math.min(4.5, size * 0.1));
    const shade = Math.round(Math.max(-1, Math.min(1, bias * 1.2)) * SHADES) / SHADES;
    const key = `${shade} ${radius} ${ratio}`;
    let picture = this.#pictures.get(key);
    if (!picture) this.#pictures.set(key, (picture = this.#make(radius, ratio, signed(shade, theme), panel)));
    const [wide, high] = [picture.width / ratio, picture.height / ratio];
    context.drawImage(picture, x - size / 2 + 1 - wide / 2, y + size / 2 - 1 - high / 2, wide, high);
  }
}

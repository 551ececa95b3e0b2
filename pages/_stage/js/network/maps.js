/**
 * What stands on the tiles of a network that is given pictures: feature maps, numbers, or weights as pictures. Which of
 * them an array is, its axes say. All of a layer's are put on one small canvas a frame, and drawn from there.
 */

import { classLut, lut } from "../colour.js";
import { className } from "../names.js";
import { colourFor } from "../plot/marks.js";

const GREY = Uint32Array.from({ length: 256 }, (_, byte) => ((255 << 24) | (byte << 16) | (byte << 8) | byte) >>> 0);
const LINE = 1; // pixels between the windows of one unit

const axesOf = (array) => array?.axes?.join() ?? "";

/** The array that a column's tiles show; null while there is none. @param {"values"|"filters"|"gradients"} show */
function arrayOf(frame, column, show) {
  if (!frame) return null;
  const name = column.layer < 0 ? "inputs" : `layers.${column.layer}`;
  const filters = show === "filters" && !column.bar && frame.arrays.get(`filters/${name}.weight`);
  return filters || frame.arrays.get(`feature_maps/${name}`) || null;
}

/** The largest number of a list, by its size; 1 where there is none. */
function largest(values) {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most > 0 && Number.isFinite(most) ? most : 1;
}

/** How wide and high the picture of one unit's windows is, and how many stand in a row. */
function mosaic(channels, rows, columns) {
  const across = channels === 3 ? 1 : Math.ceil(Math.sqrt(channels * (rows / columns)));
  const down = channels === 3 ? 1 : Math.ceil(channels / across);
  return { across, wide: across * (columns + LINE) - LINE, high: down * (rows + LINE) - LINE };
}

export class Maps {
  #sheets = new Map(); // by layer

  /** Take in what a frame has of these columns. @param {object} frame @param {object[]} columns @param {object} look {store, show, theme, colours} */
  take(frame, columns, look) {
    for (const column of columns) {
      if (column.kind === "fold") continue;
      const array = arrayOf(frame, column, look.show);
      const sheet = array && this.#sheet(column.layer);
      if (!sheet) {
        this.#sheets.delete(column.layer);
        continue;
      }
      const axes = axesOf(array);
      if (axes === "unit") this.#numbers(sheet, column, array, look);
      else if (axes === "unit,channel,row,column") this.#windows(sheet, array, look);
      else this.#pictures(sheet, array, look);
      sheet.context.putImageData(sheet.image, 0, 0);
    }
  }

  #sheet(layer) {
    if (!this.#sheets.has(layer)) {
      const canvas = document.createElement("canvas");
      this.#sheets.set(layer, { canvas, context: canvas.getContext("2d"), image: null });
    }
    return this.#sheets.get(layer);
  }

  /** Room for so many cells beside one another. */
  #reserve(sheet, count, wide, high) {
    Object.assign(sheet, { count, wide, high });
    if (sheet.image && sheet.image.width === wide * count && sheet.image.height === high) return;
    Object.assign(sheet.canvas, { width: wide * count, height: high });
    sheet.image = sheet.context.createImageData(wide * count, high);
    sheet.pixels = new Uint32Array(sheet.image.data.buffer);
  }

  #numbers(sheet, column, { data }, { store, theme, show }) {
    this.#reserve(sheet, data.length, 1, 1);
    const { output } = store.shape;
    const chances = show !== "gradients" && store.shape.layers[column.layer]?.output && output.range[0] === 0 && output.target !== "number";
    const most = chances ? 1 : largest(data);
    data.forEach((value, unit) => {
      const own = chances && className(store.shape, column.layer, unit) !== null;
      const table = own ? classLut(colourFor(output.columns, unit, theme), theme) : lut(theme);
      const share = own ? value : chances ? 2 * value - 1 : value / most;
      sheet.pixels[unit] = table[Math.round(255 * (own ? Math.max(0, Math.min(1, share)) : (Math.max(-1, Math.min(1, share || 0)) + 1) / 2))];
    });
  }

  #pictures(sheet, { data, shape: [count, rows, columns], range }, { theme }) {
    this.#reserve(sheet, count, columns, rows);
    const light = range?.[0] === 0; // a picture as it came, black to white
    const table = light ? GREY : lut(theme);
    const size = rows * columns;
    for (let unit = 0; unit < count; unit += 1) {
      for (let at = 0; at < size; at += 1) {
        sheet.pixels[Math.floor(at / columns) * columns * count + unit * columns + (at % columns)] = table[data[unit * size + at]];
      }
    }
    sheet.whole = light && count === 3 ? this.#whole(data, rows, columns) : null;
  }

  /** Three channels as one picture in colour. */
  #whole(data, rows, columns) {
    const size = rows * columns;
    const image = new ImageData(columns, rows);
    for (let at = 0; at < size; at += 1) {
      for (let channel = 0; channel < 3; channel += 1) image.data[4 * at + channel] = data[channel * size + at];
      image.data[4 * at + 3] = 255;
    }
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: columns, height: rows });
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  #windows(sheet, { data, shape: [count, channels, rows, columns] }, { theme, ground }) {
    const { across, wide, high } = mosaic(channels, rows, columns);
    this.#reserve(sheet, count, wide, high);
    const table = lut(theme);
    const size = rows * columns;
    sheet.pixels.fill(ground);
    for (let unit = 0; unit < count; unit += 1) {
      for (let at = 0; at < size; at += 1) {
        const [row, column] = [Math.floor(at / columns), at % columns];
        const start = unit * channels * size + at;
        if (channels === 3) {
          const [red, green, blue] = [data[start], data[start + size], data[start + 2 * size]];
          sheet.pixels[row * wide * count + unit * wide + column] = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
          continue;
        }
        for (let channel = 0; channel < channels; channel += 1) {
          const x = unit * wide + (channel % across) * (columns + LINE) + column;
          const y = Math.floor(channel / across) * (rows + LINE) + row;
          sheet.pixels[y * wide * count + x] = table[data[start + channel * size]];
        }
      }
    }
  }

  /** Whether something is known of a layer's unit. */
  has(layer, unit) {
    return unit < (this.#sheets.get(layer)?.count ?? 0);
  }

  /** The whole picture that came in, in colour; null where it has other than three channels. */
  whole() {
    return this.#sheets.get(-1)?.whole ?? null;
  }

  /** Draw one unit into the square of `size` around (x, y), as large as its form allows. */
  draw(g, layer, unit, x, y, size) {
    const { canvas, wide, high } = this.#sheets.get(layer);
    const scale = size / Math.max(wide, high);
    g.imageSmoothingEnabled = false;
    g.drawImage(canvas, unit * wide, 0, wide, high, x - (wide * scale) / 2, y - (high * scale) / 2, wide * scale, high * scale);
    g.imageSmoothingEnabled = true;
  }

  /** Draw a column's numbers as one bar. */
  bar(g, { layer, x, rows, size, pitch }) {
    const sheet = this.#sheets.get(layer);
    if (!sheet) return;
    const count = Math.min(rows.length, sheet.count);
    g.save();
    g.imageSmoothingEnabled = false;
    g.translate(x, rows[0] - pitch / 2);
    g.rotate(Math.PI / 2);
    g.drawImage(sheet.canvas, 0, 0, count, 1, 0, -size / 2, count * pitch, size);
    g.restore();
  }
}

/** Small canvases that arrays of pixels are put on, to be drawn enlarged. */

import { ENDS, lut, rgb } from "../colour.js";

export class PictureSheet {
  #sheets = new Map();

  /** A canvas for one purpose, and the pixels to fill it with. */
  #of(purpose, wide, high) {
    let sheet = this.#sheets.get(purpose);
    if (sheet?.image.width !== wide || sheet?.image.height !== high) {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: wide, height: high });
      const context = canvas.getContext("2d");
      sheet = { canvas, context, image: context.createImageData(wide, high) };
      this.#sheets.set(purpose, sheet);
    }
    return sheet;
  }

  #put({ canvas, context, image }) {
    context.putImageData(image, 0, 0);
    return canvas;
  }

  /** A picture as it came: (channel, row, column) of bytes from 0 to 255; one channel is grey, three are colours. */
  light({ data, shape: [channels, rows, columns] }, purpose = "light") {
    const sheet = this.#of(purpose, columns, rows);
    const size = rows * columns;
    for (let at = 0; at < size; at += 1) {
      for (let part = 0; part < 3; part += 1) sheet.image.data[4 * at + part] = data[Math.min(part, channels - 1) * size + at];
      sheet.image.data[4 * at + 3] = 255;
    }
    return this.#put(sheet);
  }

  /** The same of a picture that was computed, whose range lies around zero: what is below 0 is black, above 1 white. */
  given({ data, shape, range: [low, high] }) {
    const bytes = Uint8ClampedArray.from(data, (byte) => (low + ((high - low) * byte) / 255) * 255);
    return this.light({ data: bytes, shape }, "given");
  }

  /** An ImageData. */
  image(image) {
    const sheet = this.#of("image", image.width, image.height);
    sheet.context.putImageData(image, 0, 0);
    return sheet.canvas;
  }

  /**
   * Something to lay over a picture, (row, column): what is zero can be seen through. Where the range begins at 0 all of
   * it is in one colour, else both signs have theirs.
   */
  over({ data, shape: [rows, columns], range: [low, high] }) {
    const sheet = this.#of("over", columns, rows);
    const colours = [rgb(ENDS.negative), rgb(ENDS.positive)];
    data.forEach((byte, at) => {
      const value = low + ((high - low) * byte) / 255;
      const share = Math.min(1, Math.abs(value) / Math.max(Math.abs(low), Math.abs(high)));
      const colour = value < 0 ? colours[0] : colours[1]; // what speaks for the answer is blue, as everywhere
      for (let part = 0; part < 3; part += 1) sheet.image.data[4 * at + part] = colour[part];
      sheet.image.data[4 * at + 3] = Math.round(220 * share);
    });
    return this.#put(sheet);
  }

  /** Numbers around zero, (row, column) of bytes, in the signed colours. */
  signed({ data, shape: [rows, columns] }, theme) {
    const sheet = this.#of("signed", columns, rows);
    new Uint32Array(sheet.image.data.buffer).set(Uint32Array.from(data, (byte) => lut(theme)[byte]));
    return this.#put(sheet);
  }
}

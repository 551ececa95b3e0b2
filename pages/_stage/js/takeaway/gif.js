/**
 * Animated GIFs, written in the browser: GIF89a (CompuServe 1990) with LZW as its appendix F says.
 * One palette serves all frames; a pixel that has not changed since the frame before is transparent,
 * which makes the file several times smaller.
 */

const COLOURS = 255; // and one for "as before"
const CLEAR_EACH = 4096; // codes until the table is full

/** A key of 18 bits: six for each of red, green and blue. */
const keyOf = (pixels, at) => ((pixels[at] >> 2) << 12) | ((pixels[at + 1] >> 2) << 6) | (pixels[at + 2] >> 2);

/**
 * At most 255 colours that stand for those of some pictures: median cut (Heckbert 1982).
 * @param {Uint8ClampedArray[]} pictures RGBA
 * @returns {number[][]} colours as [red, green, blue]
 */
export function paletteOf(pictures) {
  const found = new Map(); // key → [count, red, green, blue], the sums
  for (const pixels of pictures) {
    for (let at = 0; at < pixels.length; at += 4) {
      const key = keyOf(pixels, at);
      const sum = found.get(key);
      if (sum) {
        sum[0] += 1;
        for (let i = 0; i < 3; i += 1) sum[i + 1] += pixels[at + i];
      } else found.set(key, [1, pixels[at], pixels[at + 1], pixels[at + 2]]);
    }
  }
  const colours = [...found.values()].map(([count, ...sums]) => ({ count, rgb: sums.map((sum) => sum / count) }));
  const boxes = [measured(colours)];
  while (boxes.length < COLOURS) {
    // The box whose longest side matters most is cut where half of its pixels lie on each side.
    boxes.sort((a, b) => b.worth - a.worth);
    const box = boxes[0];
    if (box.colours.length < 2) break;
    box.colours.sort((a, b) => a.rgb[box.side] - b.rgb[box.side]);
    let at = 0;
    for (let seen = 0; at < box.colours.length - 1 && seen < box.total / 2; at += 1) seen += box.colours[at].count;
    boxes.splice(0, 1, measured(box.colours.slice(0, Math.max(1, at))), measured(box.colours.slice(Math.max(1, at))));
  }
  return boxes.map(({ colours: all, total }) => [0, 1, 2].map((i) =>
    Math.round(all.reduce((sum, { count, rgb }) => sum + count * rgb[i], 0) / total)));
}

function measured(colours) {
  const total = colours.reduce((sum, { count }) => sum + count, 0);
  const spans = [0, 1, 2].map((i) => {
    let [low, high] = [255, 0];
    for (const { rgb } of colours) {
      if (rgb[i] < low) low = rgb[i];
      if (rgb[i] > high) high = rgb[i];
    }
    return high - low;
  });
  const side = spans.indexOf(Math.max(...spans));
  return { colours, total, side, worth: colours.length < 2 ? -1 : spans[side] * Math.sqrt(total) };
}

/** Bytes that grow. */
class Bytes {
  #bytes = new Uint8Array(1 << 16);
  length = 0;

  push(...values) {
    for (const value of values) this.byte(value);
  }

  byte(value) {
    if (this.length === this.#bytes.length) {
      const grown = new Uint8Array(2 * this.length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.length++] = value;
  }

  word(value) {
    this.push(value & 255, value >> 8);
  }

  text(value) {
    for (const letter of value) this.byte(letter.charCodeAt(0));
  }

  whole() {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Codes of 9 to 12 bits, the lowest bit first, in blocks of at most 255 bytes. */
class Codes {
  #held = 0;
  #bits = 0;
  #block = [];

  constructor(bytes) {
    this.bytes = bytes;
  }

  put(code, size) {
    this.#held |= code << this.#bits;
    this.#bits += size;
    while (this.#bits >= 8) {
      this.#byte(this.#held & 255);
      this.#held >>>= 8;
      this.#bits -= 8;
    }
  }

  #byte(value) {
    if (this.#block.push(value) === 255) this.#flush();
  }

  #flush() {
    if (this.#block.length) this.bytes.push(this.#block.length, ...this.#block);
    this.#block = [];
  }

  end() {
    if (this.#bits) this.#byte(this.#held & 255);
    this.#flush();
    this.bytes.byte(0);
  }
}

const table = new Uint16Array(CLEAR_EACH * 256); // the code of (code, next byte); 0: none yet

/** LZW of bytes, with codes that start at nine bits. */
function compress(indices, bytes) {
  const [clear, end] = [256, 257];
  const codes = new Codes(bytes);
  let next = 258;
  let size = 9;
  table.fill(0);
  codes.put(clear, size);
  let code = indices[0];
  for (let i = 1; i < indices.length; i += 1) {
    const place = code * 256 + indices[i];
    if (table[place]) {
      code = table[place];
      continue;
    }
    codes.put(code, size);
    if (next === CLEAR_EACH) {
      codes.put(clear, size);
      table.fill(0);
      next = 258;
      size = 9;
    } else {
      if (next === 1 << size) size += 1;
      table[place] = next++;
    }
    code = indices[i];
  }
  codes.put(code, size);
  codes.put(end, size);
  codes.end();
}

/** A GIF that is written frame by frame. */
export class Gif {
  #bytes = new Bytes();
  #nearest = new Map();
  #before = null;

  /** @param {number} width @param {number} height @param {number[][]} palette from `paletteOf` */
  constructor(width, height, palette) {
    Object.assign(this, { width, height, palette });
    const bytes = this.#bytes;
    bytes.text("GIF89a");
    bytes.word(width);
    bytes.word(height);
    bytes.push(0xf7, 0, 0); // a palette of 256 colours
    for (let i = 0; i < 256; i += 1) bytes.push(...(palette[i] ?? [0, 0, 0]));
    bytes.push(0x21, 0xff, 11);
    bytes.text("NETSCAPE2.0"); // plays for ever
    bytes.push(3, 1, 0, 0, 0);
  }

  #indexOf(pixels, at) {
    const key = keyOf(pixels, at);
    let index = this.#nearest.get(key);
    if (index === undefined) {
      let least = Infinity;
      this.palette.forEach(([red, green, blue], i) => {
        const far = (red - pixels[at]) ** 2 + (green - pixels[at + 1]) ** 2 + (blue - pixels[at + 2]) ** 2;
        if (far < least) [least, index] = [far, i];
      });
      this.#nearest.set(key, index);
    }
    return index;
  }

  /** One more frame. @param {Uint8ClampedArray} pixels RGBA @param {number} hundredths how long it stays */
  add(pixels, hundredths) {
    const now = new Uint8Array(this.width * this.height);
    for (let i = 0; i < now.length; i += 1) now[i] = this.#indexOf(pixels, 4 * i);
    const before = this.#before;
    const shown = before ? now.map((index, i) => (index === before[i] ? COLOURS : index)) : now;
    this.#before = now;
    const bytes = this.#bytes;
    bytes.push(0x21, 0xf9, 4, before ? 0x05 : 0x04); // keep what is there; transparent from the second frame on
    bytes.word(hundredths);
    bytes.push(COLOURS, 0, 0x2c, 0, 0, 0, 0);
    bytes.word(this.width);
    bytes.word(this.height);
    bytes.push(0, 8);
    compress(shown, bytes);
  }

  /** The file. @returns {Blob} */
  end() {
    this.#bytes.byte(0x3b);
    return new Blob([this.#bytes.whole()], { type: "image/gif" });
  }
}

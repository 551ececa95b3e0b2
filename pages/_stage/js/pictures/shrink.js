/**
 * Somebody's picture made small, here in the browser: nothing but the small square ever leaves it. The middle square
 * is taken, and shrunk by the browser's own resampling.
 */

export const LARGEST = 40e6; // pixels; decoded, such a picture takes 160 MB
export const HEAVIEST = 40 * 2 ** 20; // bytes of a file

/** Width and height as the file's own head says, without decoding it; null where it is neither PNG nor JPEG. */
export function sizeOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length > 24 && view.getUint32(0) === 0x89504e47 && view.getUint32(12) === 0x49484452) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  // JPEG: segments of a marker and a length; those of the frame hold height and width.
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1];
    if (marker === 0xff) at += 1; // padding
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    } else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** A square canvas's pixels as bytes by row, column and channel; one channel is their lightness (ITU-R BT.601). */
export function pixelsOf(context, side, channels) {
  const { data } = context.getImageData(0, 0, side, side);
  const pixels = new Uint8Array(side * side * channels);
  for (let at = 0; at < side * side; at += 1) {
    const [red, green, blue] = data.subarray(4 * at, 4 * at + 3);
    if (channels === 1) pixels[at] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    else pixels.set([red, green, blue], 3 * at);
  }
  return pixels;
}

/**
 * A file as a small square.
 * @param {File} file @param {number} side
 * @returns {Promise<{canvas: HTMLCanvasElement, message?: string}|{message: string}>} message: why there is none
 */
export async function shrunk(file, side) {
  const name = `“${file.name.slice(0, 60)}”`;
  if (file.size > HEAVIEST) return { message: `${name} has ${Math.round(file.size / 2 ** 20)} MB; a picture may have ${HEAVIEST / 2 ** 20}. Make it smaller first.` };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const size = sizeOf(bytes);
  if (!size) return { message: `${name} is not a PNG or JPEG picture, so it was left out.` };
  if (size.width * size.height > LARGEST) {
    const millions = Math.round((size.width * size.height) / 1e6);
    return { message: `${name} has ${millions} million pixels; at most ${LARGEST / 1e6} million can be opened. Make it smaller first.` };
  }
  const edge = Math.min(size.width, size.height);
  let bitmap;
  try {
    const whole = await createImageBitmap(file);
    const [wide, high] = [whole.width, whole.height]; // a photograph may say that it lies on its side
    const square = Math.min(wide, high, edge);
    bitmap = await createImageBitmap(whole, Math.floor((wide - square) / 2), Math.floor((high - square) / 2), square, square,
      { resizeWidth: side, resizeHeight: side, resizeQuality: "high" });
    whole.close();
  } catch {
    return { message: `${name} can't be opened: it is damaged, or no picture at all. It was left out.` };
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#ffffff"; // behind what is transparent
  context.fillRect(0, 0, side, side);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { canvas };
}

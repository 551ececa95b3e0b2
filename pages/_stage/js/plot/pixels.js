/** Pictures as they come: bytes by row, column and channel, one channel where they are grey. */

/**
 * One of them as an image.
 * @param {{data: Uint8Array, shape: number[]}} pixels (sample, row, column, channel)
 * @param {number} at which sample of the array
 * @returns {ImageData}
 */
export function imageOf({ data, shape: [, rows, columns, channels] }, at = 0) {
  const image = new ImageData(columns, rows);
  const start = at * rows * columns * channels;
  for (let pixel = 0; pixel < rows * columns; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      image.data[4 * pixel + channel] = data[start + channels * pixel + Math.min(channel, channels - 1)];
    }
    image.data[4 * pixel + 3] = 255;
  }
  return image;
}

/** The same on a canvas of its own. @returns {HTMLCanvasElement} */
export function canvasOf(pixels, at = 0) {
  const [, height, width] = pixels.shape;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d", { willReadFrequently: true }).putImageData(imageOf(pixels, at), 0, 0);
  return canvas;
}

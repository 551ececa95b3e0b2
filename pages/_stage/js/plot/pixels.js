/** Pictures of samples as they come: bytes (sample, row, column, channel), one channel where they are grey. */

/**
 * One of them as an image.
 * @param {{data: Uint8Array, shape: number[]}} pixels (sample, row, column, channel)
 * @param {number} at which sample of the array
 * @returns {ImageData}
 */
export function imageOf({ data, shape }, at) {
  const [, rows, columns, channels] = shape;
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

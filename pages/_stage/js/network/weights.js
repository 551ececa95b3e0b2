/** The weights as links: one number for each pair of units, also where a window of weights lies between them. */

/** What is asked of a network's weights: those of a layer with more than so many are not sent with every frame. */
export const PARAMETERS = { id: "parameters", most: 2 ** 16 };

const known = new WeakMap();

/** Of (unit, channel, row, column) the strength of each window, with the sign of its sum; NaN where none reads a channel. */
function windows({ data, shape: [units, channels, rows, columns] }, inputs) {
  const found = new Float32Array(units * inputs).fill(NaN);
  const own = units / (inputs / channels); // units of a group, which reads its own channels
  const size = rows * columns;
  for (let unit = 0; unit < units; unit += 1) {
    const first = Math.floor(unit / own) * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      let [sum, square] = [0, 0];
      const start = (unit * channels + channel) * size;
      for (let at = start; at < start + size; at += 1) {
        sum += data[at];
        square += data[at] ** 2;
      }
      found[unit * inputs + first + channel] = Math.sign(sum) * Math.sqrt(square);
    }
  }
  return found;
}

/**
 * A layer's weights in the latest frame, row by row; null unless they are known and of the network's present form.
 * @param {object} store @param {number} layer
 * @returns {{data: Float32Array, inputs: number, windows: boolean}|null}
 */
export function weightsOf(store, layer) {
  const array = store.frame?.arrays.get(`parameters/layers.${layer}.weight`);
  const { units, inputs } = store.shape.layers[layer] ?? {};
  if (!array || array.shape[0] !== units) return null;
  if (array.axes?.length !== 4) return array.shape[1] === inputs ? { data: array.data, inputs, windows: false } : null;
  if (inputs % array.shape[1] || units % (inputs / array.shape[1])) return null;
  if (!known.has(array)) known.set(array, windows(array, inputs));
  return { data: known.get(array), inputs, windows: true };
}

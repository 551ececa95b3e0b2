/**
 * Frames off the wire: one binary message in safetensors' layout.
 *
 * u64 header length (little endian), JSON header, then the raw buffers. Arrays are views into the
 * message, not copies, so a frame costs nothing but its header.
 */

const TYPES = { U8: Uint8Array, I32: Int32Array, F32: Float32Array };
const text = new TextDecoder();

/** A typed view of `length` bytes at `start`; copied only if the buffer is not aligned for it. */
function viewOf(Type, buffer, start, length) {
  if (start % Type.BYTES_PER_ELEMENT === 0) return new Type(buffer, start, length / Type.BYTES_PER_ELEMENT);
  return new Type(buffer.slice(start, start + length));
}

/**
 * Decode one frame.
 *
 * @param {ArrayBuffer} buffer the whole message
 * @returns {object} the frame's numbers and position, with `arrays`: Map of
 *   "<probe>/<array>" → {data, shape, axes, range}
 * @throws {RangeError|SyntaxError} when the message is cut short or is no frame
 */
export function decode(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const start = 8 + length;
  if (start > buffer.byteLength) throw new RangeError("A frame was cut short.");
  const header = JSON.parse(text.decode(new Uint8Array(buffer, 8, length)));
  const frame = JSON.parse(header.__metadata__.frame);
  frame.arrays = new Map();
  for (const name in header) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets: [from, to] } = header[name];
    if (!TYPES[dtype]) throw new RangeError(`A frame holds the unknown number type ${dtype}.`);
    frame.arrays.set(name, {
      data: viewOf(TYPES[dtype], buffer, start + from, to - from),
      shape,
      axes: frame.axes?.[name] ?? null,
      range: frame.ranges?.[name] ?? null,
    });
  }
  return frame;
}

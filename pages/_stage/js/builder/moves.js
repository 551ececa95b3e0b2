/** Operations on the graph as a screen asks for them: one place along the way, or onto a connection. */

/** The operation that moves layer `at` one place earlier (by −1) or later (1) along its way; null at its end. */
export function stepped({ layers }, at, by) {
  if (by < 0) {
    const source = layers[at].from[0];
    return source < 0 ? null : { name: "move_layer", index: at, to: source, port: 0 };
  }
  const next = layers.findIndex(({ from }, index) => index > at && from.includes(at));
  if (next < 0 || layers[next].output) return null;
  const target = layers.findIndex(({ from }, index) => index > next && from.includes(next));
  return target < 0 ? null : { name: "move_layer", index: at, to: target - 1, port: layers[target].from.indexOf(next) };
}

/** The operation that puts layer `at` onto the connection into `target`; null where it stands there already. */
export function movedOnto(at, { source, target, port }) {
  if (source === at || target === at) return null;
  return { name: "move_layer", index: at, to: target > at ? target - 1 : target, port };
}


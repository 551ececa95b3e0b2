/**
 * Where the layers and the connections between them lie on the picture, in its CSS pixels.
 *
 * `boxes[entry]` is {x, y, width, height}, entry −1 being the input; an edge is {source, target, port, x1, y1, x2, y2},
 * from the right of the one to the left of the other, with the place {x, y} of its plus sign.
 */

const BESIDE = 12; // px from a layer's box
const LEAST = 26; // px: the side of a box without tiles

/** @param {object} layout as `layOut` gives it @param {object} shape the run's @returns {{boxes: object, edges: object[]}} */
export function places(layout, shape) {
  const boxes = layout.boxes ?? boxesOf(layout);
  const given = layout.edges?.length ? layout.edges : edgesOf(shape, boxes);
  const last = shape.layers.length - 1;
  const edges = given.filter(({ source, target }) => boxes[source] && boxes[target] && target <= last)
    .map((edge) => ({ ...edge, ...(edge.x === undefined ? plusOf(edge, layout) : {}) }));
  return { boxes, edges };
}

function boxesOf({ columns }) {
  const boxes = {};
  for (const { kind, layer, x, rows, size, middle } of columns) {
    if (kind === "fold") continue;
    const side = Math.max(LEAST, size || 0);
    const [top, bottom] = rows.length ? [rows[0], rows.at(-1)] : [middle, middle];
    boxes[layer] = { x: x - side / 2, y: top - side / 2, width: side, height: bottom - top + side };
  }
  return boxes;
}

function edgesOf(shape, boxes) {
  return shape.layers.flatMap((layer, target) => layer.from.map((source, port) => {
    const [a, b] = [boxes[source], boxes[target]];
    if (!a || !b) return { source, target, port };
    return { source, target, port, x1: a.x + a.width, y1: a.y + a.height / 2, x2: b.x, y2: b.y + b.height / 2 };
  }));
}

/** A way in has its plus sign in the row of the heads, or where several come in the first that comes straight. */
function plusOf(edge, { plusses, edges, columns, spacing, tight }) {
  const { source, target, x1, y1, x2, y2, below } = edge;
  const middle = Math.round((x1 + x2) / 2);
  if (below !== undefined) return { x: middle, y: Math.round(below) };
  const straight = edges?.length ? edges.find((other) => other.target === target && other.below === undefined) : null;
  const first = straight ? straight.source === source && straight.port === edge.port : source === target - 1;
  const plus = first ? plusses.find(({ index }) => index === target) : null;
  // Past a column of another branch the middle lies on its tiles.
  if (!plus && edges?.length && x2 - x1 > spacing) return { x: Math.round(x1) + BESIDE, y: Math.round(y1) };
  // Between the heads of a lower branch there is no room where columns stand close.
  if (plus && tight && columns.find(({ layer }) => layer === target)?.headTop) return { x: middle, y: Math.round(y2) };
  return { x: straight || !plus ? middle : plus.x, y: plus ? plus.y : Math.round((y1 + y2) / 2) };
}

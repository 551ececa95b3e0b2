/**
 * What a pixel of a map is made of: the windows that it reads in the entries before, back to the picture that came in.
 * Worked out from `reach` of the run's shape, which the layers' own rules give; no kind of layer is named here.
 */

/** The smallest stretch that holds what all of [first, last] read; null where they read nothing. */
function along(stretches, [first, last]) {
  const found = stretches.slice(first, last + 1).filter(Boolean);
  return found.length ? [Math.min(...found.map(([low]) => low)), Math.max(...found.map(([, high]) => high))] : null;
}

/** The channels [first, last] that a unit reads of what comes in. */
function channelsOf({ units, reach, inputs }, unit, port) {
  if (reach.parts) {
    const [, channel] = reach.parts[unit]?.find(([from]) => from === port) ?? [];
    return channel === undefined ? null : [channel, channel];
  }
  const groups = Math.max(1, Math.round(inputs / reach.channels));
  const first = Math.floor(unit / Math.max(1, units / groups)) * reach.channels;
  return [first, first + reach.channels - 1];
}

const joined = (a, b) => (a ? [Math.min(a[0], b[0]), Math.max(a[1], b[1])] : b);

/**
 * @param {object} shape the run's @param {{layer: number, unit: number, pixel: number[]}} place
 * @returns {Map<number, {rows: number[], columns: number[], channels: number[]|null, first: boolean}>} by entry, −1 the
 *   input: the rows and columns that count for the pixel, inclusive; `first`: whether it is read directly, then
 *   `channels` are those that are
 */
function fieldOf(shape, { layer, unit, pixel }) {
  const found = new Map();
  const seek = (at, rows, columns, direct) => {
    const entry = shape.layers[at];
    if (!entry?.reach) return;
    entry.from.forEach((source, port) => {
      const { reach } = entry;
      const channels = direct ? channelsOf(entry, unit, port) : null;
      if (direct && !channels) return; // of a merge, another part of the result
      const [high, wide] = reach.parts ? [rows, columns] : [along(reach.rows, rows), along(reach.columns, columns)];
      if (!high || !wide) return;
      const known = found.get(source);
      found.set(source, {
        rows: joined(known?.rows, high), columns: joined(known?.columns, wide), first: direct || Boolean(known?.first),
        channels: channels ?? known?.channels ?? null,
      });
      seek(source, high, wide, false);
    });
  };
  if (pixel) seek(layer, [pixel[0], pixel[0]], [pixel[1], pixel[1]], true);
  return found;
}

/** Which pixel of the window the result is, where it is one of them: [channel, row, column]; null otherwise. */
function winnerOf(store, { layer, unit, pixel }, field) {
  const entry = store.shape.layers[layer];
  const [source] = entry.from;
  const read = field.get(source);
  const values = (index) => store.frame?.arrays.get(index < 0 ? "sample_values/inputs" : `sample_values/layers.${index}.activation`);
  const [before, after] = [values(source), values(layer)];
  if (entry.has_activation || entry.from.length > 1 || !before || !after || !read || entry.reach?.channels !== 1) return null;
  const [, high, wide] = source < 0 ? store.shape.shape : store.shape.layers[source].shape;
  const value = after.data[(unit * entry.shape[1] + pixel[0]) * entry.shape[2] + pixel[1]];
  let [best, most] = [null, -Infinity];
  for (let row = read.rows[0]; row <= read.rows[1]; row += 1) {
    for (let column = read.columns[0]; column <= read.columns[1]; column += 1) {
      const one = before.data[(unit * high + row) * wide + column];
      if (one > most) [best, most] = [[unit, row, column], one];
    }
  }
  const several = read.rows[1] > read.rows[0] || read.columns[1] > read.columns[0];
  return several && most === value ? best : null;
}

/** A rectangle of a picture's pixels on the tile of `size` around (x, y). */
function outline(g, { x, y, size, high, wide }, rows, columns, [outer, inner]) {
  const scale = size / Math.max(high, wide);
  const [left, top] = [x - (wide * scale) / 2 + columns[0] * scale, y - (high * scale) / 2 + rows[0] * scale];
  const [width, height] = [(columns[1] - columns[0] + 1) * scale, (rows[1] - rows[0] + 1) * scale];
  for (const [colour, thick] of [[outer, 3.5], [inner, 1.75]]) {
    g.strokeStyle = colour;
    g.lineWidth = thick;
    g.strokeRect(left - 0.5, top - 0.5, Math.max(2, width + 1), Math.max(2, height + 1));
  }
}

/**
 * Outline what a pixel is made of, and the pixel.
 * @param {CanvasRenderingContext2D} g @param {object} layout @param {{layer: number, unit: number, pixel: number[]}|{input: number, pixel: number[]}} place
 * @param {object} store @param {{panel: string, accent: string, ink: string}} colours
 */
export function drawField(g, layout, place, store, colours) {
  const { shape } = store;
  const own = { layer: place.layer ?? -1, unit: place.unit ?? place.input };
  const field = place.layer === undefined ? new Map() : fieldOf(shape, place);
  g.save();
  for (const column of layout.columns) {
    const part = field.get(column.layer);
    if (!part || !column.picture) continue;
    const [high, wide] = column.picture;
    const tiles = column.rows.map((y, unit) => ({ x: column.xs[unit], y, size: column.size, high, wide, unit }));
    if (column.whole) tiles.push({ x: column.x, y: column.whole.y, size: column.whole.size, high, wide, unit: null });
    for (const tile of tiles) {
      const read = part.first && (tile.unit === null || !part.channels || (tile.unit >= part.channels[0] && tile.unit <= part.channels[1]));
      if (part.first && !read) continue;
      g.globalAlpha = read ? 1 : 0.6;
      outline(g, tile, part.rows, part.columns, [colours.panel, read ? colours.accent : colours.ink2]);
    }
  }
  g.globalAlpha = 1;
  const pixelAt = (layer, unit, [row, column]) => {
    const at = layout.columns.find((each) => each.layer === layer);
    if (!at?.picture || at.rows[unit] === undefined) return;
    const [high, wide] = at.picture;
    outline(g, { x: at.xs[unit], y: at.rows[unit], size: at.size, high, wide }, [row, row], [column, column], [colours.panel, colours.ink]);
  };
  if (place.pixel) pixelAt(own.layer, own.unit, place.pixel);
  const won = place.layer === undefined || !place.pixel ? null : winnerOf(store, place, field);
  if (won) pixelAt(shape.layers[place.layer].from[0], won[0], won.slice(1));
  g.restore();
}

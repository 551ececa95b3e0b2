/**
 * The network as a graph on paper: how deep every entry lies and which lane it takes where branches run side by side.
 * Pure counting; it knows no pixels.
 */

/** Whether entries follow one another without a branch. @param {object} shape the run's shape */
export const isChain = (shape) => shape.layers.every(({ from }, index) => from.length === 1 && from[0] === index - 1);

/** Whether samples or any layer's values are pictures. @param {object} shape */
export const hasPictures = (shape) => shape.shape.length === 3 || shape.layers.some((layer) => layer.shape.length === 3);

/**
 * Where each entry stands: its depth is the longest way from the input, its lane that of what it reads first, if free.
 *
 * @param {object[]} layers those of the run's shape
 * @returns {{places: {depth: number, lane: number}[], rounds: {source: number, target: number}[], lanes: number[][]}}
 *   places: by index + 1, the input first; rounds: connections that go round what lies between; lanes: of each depth
 *   those in use, by an entry or by a connection that passes
 */
export function placed(layers) {
  const places = [{ depth: 0, lane: 0 }];
  const taken = [new Map([[0, -1]])]; // of each depth, lane → the entry there, or whose values pass
  const free = (depth, lane, owner) => !taken[depth]?.has(lane) || taken[depth].get(lane) === owner;
  const take = (depth, lane, owner) => (taken[depth] ??= new Map()).set(lane, owner);
  const passes = (source, depth, lane) => {
    const from = places[source + 1].depth;
    return Array.from({ length: Math.max(0, depth - from - 1) }, (_, at) => from + 1 + at).every((between) => free(between, lane, source));
  };
  layers.forEach(({ from }, index) => {
    const depth = 1 + Math.max(...from.map((source) => places[source + 1].depth));
    const before = from.find((source) => free(depth, places[source + 1].lane) && passes(source, depth, places[source + 1].lane));
    let lane = before === undefined ? 0 : places[before + 1].lane;
    while (before === undefined && !(free(depth, lane) && passes(from[0], depth, lane))) lane += 1;
    places.push({ depth, lane });
    take(depth, lane, index);
    for (const source of from) {
      const own = places[source + 1];
      const way = [own.lane, lane].find((each) => passes(source, depth, each)); // its values pass there, undisturbed
      for (let between = own.depth + 1; way !== undefined && between < depth; between += 1) take(between, way, source);
    }
  });
  const rounds = [];
  layers.forEach(({ from }, target) => from.forEach((source) => {
    const [start, end] = [places[source + 1], places[target + 1]];
    for (let depth = start.depth + 1; depth < end.depth; depth += 1) {
      const there = [start.lane, end.lane].map((lane) => taken[depth]?.get(lane));
      if (there.every((owner) => owner !== undefined && owner !== source)) {
        rounds.push({ source, target });
        return;
      }
    }
  }));
  return { places, rounds, lanes: taken.map((inUse) => [...inUse.keys()].sort((a, b) => a - b)) };
}

/**
 * The bands into which each depth's room is divided: depths next to one another with several lanes in use share them,
 * so that a branch keeps its height.
 *
 * @param {number[][]} lanes of `placed`
 * @returns {{count: number, rank: Map<number, number>}[]} by depth
 */
export function bandsOf(lanes) {
  const bands = [];
  for (let at = 0; at < lanes.length;) {
    let end = at + 1;
    if (lanes[at].length > 1) while (end < lanes.length && lanes[end].length > 1) end += 1;
    const used = [...new Set(lanes.slice(at, end).flat())].sort((a, b) => a - b);
    const band = { count: used.length, rank: new Map(used.map((lane, rank) => [lane, rank])) };
    for (; at < end; at += 1) bands.push(band);
  }
  return bands;
}

/**
 * Points turned, and mirrored where that fits better, so that they lie as near as can be to where they were: a picture
 * of directions that have no up and down of their own then bends as they change, and never jumps.
 *
 * Source: Schönemann, A generalized solution of the orthogonal Procrustes problem (1966); in two dimensions it is a
 * rotation or a reflection whose angle can be written down.
 */

/**
 * @param {Float32Array} points x and y in turn, around (0, 0)
 * @param {Float32Array|null} before as many, of the same samples; null leaves all as it is
 * @returns {number[]} [a, b, c, d]: x′ = a·x + b·y, y′ = c·x + d·y
 */
export function turn(points, before) {
  if (!before || before.length !== points.length) return [1, 0, 0, 1];
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    xx += points[i] * before[i];
    xy += points[i] * before[i + 1];
    yx += points[i + 1] * before[i];
    yy += points[i + 1] * before[i + 1];
  }
  const turned = Math.atan2(xy - yx, xx + yy);
  const mirrored = Math.atan2(xy + yx, xx - yy);
  if (Math.hypot(xy - yx, xx + yy) >= Math.hypot(xy + yx, xx - yy)) {
    return [Math.cos(turned), -Math.sin(turned), Math.sin(turned), Math.cos(turned)];
  }
  return [Math.cos(mirrored), Math.sin(mirrored), Math.sin(mirrored), -Math.cos(mirrored)];
}

/** Points moved by what `turn` found. @param {Float32Array} points @param {number[]} by @returns {Float32Array} */
export function turned(points, [a, b, c, d]) {
  const found = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    found[i] = a * points[i] + b * points[i + 1];
    found[i + 1] = c * points[i] + d * points[i + 1];
  }
  return found;
}

/** How a walk is begun, gone on with and ended. Each is a request; what it led to comes with the next frame. */

/** Begin at the first operation of the coming step, with the whole batch; what trains pauses. */
export const enter = (store) => store.do("walk", { do: "start", sample: null });

/** One operation, layer or phase on (1) or back (−1). @param {"operation"|"layer"|"phase"} by */
export const move = (store, direction, by) => store.do("walk", { do: direction > 0 ? "next" : "back", by });

/** To an operation of this step. @param {number} index */
export const jump = (store, index) => store.do("walk", { do: "to", index });

/**
 * Walk other values, and go to the same operation where that is possible.
 * @param {null|number|Array} sample null for the batch, an index into train, or ["test", index]
 * @param {number} index of the operation
 */
export async function choose(store, sample, index) {
  const answer = await store.do("walk", { do: "start", sample });
  const count = answer.result?.walk?.count ?? 0;
  if (index && count) await jump(store, Math.min(index, count - 1));
}

/** As if nothing had been looked at. */
export const leave = (store) => store.do("walk", { do: "leave" });

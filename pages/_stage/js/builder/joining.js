/** Drawing a connection step by step, in a card: to which later layer, and how the two come together there. */

import { h } from "../dom.js";
import { picker } from "./offers.js";
import { focusOn } from "./palette.js";
import { capital, entryWords, shapeOf, shapeWords } from "./words.js";

/**
 * The ways in which `source` can come to `target`, as entries of a picker.
 *
 * @returns {Promise<object[]>} each with its `offer`; a merge has one way only
 */
export async function ways(store, source, target) {
  const answer = await store.do("offers", { source, target });
  const known = new Map((store.catalogue.layers ?? []).map((entry) => [entry.id, entry]));
  return (answer.result?.joins ?? []).map((offer) => ({ ...known.get(offer.id), offer }));
}

/** Entries in two groups: what fits, and what does not. */
export function byFit(name, entries) {
  const groups = [{ name, entries: entries.filter(({ offer }) => !offer.why) }, { name: "Does not fit", entries: entries.filter(({ offer }) => offer.why) }];
  return groups.filter(({ entries: some }) => some.length);
}

/**
 * @param {import("../store.js").RunStore} store @param {number} source @param {() => void} refresh draws the card anew
 * @returns {{open: boolean, start: () => void, content: (close: () => void, root: Node) => Node[]}}
 */
export function joining(store, source, refresh) {
  let target = null;
  let found = null;
  const state = { open: false };
  const show = () => {
    refresh();
    focusOn(state.root ?? document, "find");
  };

  state.start = () => {
    [state.open, target, found] = [true, null, null];
    show();
  };
  state.content = (close, root) => {
    state.root = root;
    const { shape } = store;
    const words = { label: "Where the connection leads", hint: target === null ? "To which layer?" : "How do they come together?" };
    const head = (text) => h("header", {}, h("b", {}, text), h("span", {}, `${shapeWords(shapeOf(shape, source))} from ${entryWords(shape, source)}`));
    if (target === null) {
      const later = shape.layers.map((layer, at) => ({ layer, at })).filter(({ layer, at }) => at > source && !layer.from.includes(source));
      const entries = later.map(({ layer, at }) => ({
        id: `entry-${at}`, label: capital(entryWords(shape, at)), at, offer: { shape: [], why: "" },
        sentence: layer.merges ? `It brings ${layer.from.length} together already.` : `It reads ${shapeWords(shapeOf(shape, layer.from[0]))}.`,
      }));
      const choose = async (entry) => {
        target = entry.at;
        found = await ways(store, source, target);
        if (shape.layers[target].merges && found.length === 1) return take(close, found[0]);
        return show();
      };
      return [head("Connect"), ...picker([{ name: "Later layers", entries }], choose, { ...words, looked: (entry) => store.emit("aim", entry?.at ?? null) })];
    }
    return [head(`To ${entryWords(shape, target)}`), ...picker(byFit("How they come together", found), (entry) => take(close, entry), words)];
  };
  const take = (close, entry) => {
    close();
    store.operate(entry.offer.operation);
  };
  return state;
}

/** The palette: the card that opens at a plus sign, and what comes of a choice in it. */

import { openPopover } from "../popover.js";
import { h } from "../dom.js";
import { grouped, picker } from "./offers.js";
import { capital, entryWords, shapeOf, shapeWords } from "./words.js";

const isTouch = () => matchMedia("(pointer: coarse)").matches;

/** Put the focus on whatever has the first of these keys that is there. @param {Node} root @param {...string} keys */
export function focusOn(root, ...keys) {
  const node = keys.map((key) => root.querySelector(`[data-key="${key}"]`)).find(Boolean);
  node?.focus({ preventScroll: true });
  if (node) reveal(root, node.dataset.key);
}

/** In a network that is wider than its box, bring what has this key into it. */
export function reveal(root, key) {
  const node = root.querySelector(`.pan [data-key="${key}"]`);
  node?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Have an operation done; then the focus goes on where the next one would be. */
export async function carryOut(store, operation, root, ...keys) {
  const answer = await store.operate(operation);
  if (answer.type !== "refused") focusOn(root, ...keys);
  return answer.type !== "refused";
}

/** The plus sign behind what an operation put before `index`. */
const behind = (before, after, { index, port }) => [`plus-${index + Math.max(1, after - before)}-${port}`, `plus-${index + Math.max(1, after - before)}-0`];

/** Do what an offer says, and move on to the plus sign behind it, or to what has `key`. */
export async function take(store, root, offer, place, key) {
  const before = store.shape.layers.length;
  const answer = await store.operate(offer.operation);
  if (answer.type === "refused") return undefined;
  if (key) {
    reveal(root, `layer-${offer.operation.index}`);
    return focusOn(root, key);
  }
  const started = offer.operation.name === "start_from";
  return focusOn(root, ...(started ? [`plus-${store.shape.layers.length - 1}-0`] : behind(before, store.shape.layers.length, place)));
}

/** Entries of the picker for the second way into a merge, one for each layer that it could come from. */
function sourceGroups(store, entry) {
  const entries = entry.offer.sources.map((offer) => ({
    id: `source-${offer.source}`, label: capital(entryWords(store.shape, offer.source)),
    sentence: `${shapeWords(shapeOf(store.shape, offer.source))} come from there.`, offer,
  }));
  return [{ name: `${entry.label}: with what?`, entries: entries.filter(({ offer }) => !offer.why) },
    { name: "Does not fit", entries: entries.filter(({ offer }) => offer.why) }].filter(({ entries: some }) => some.length);
}

/**
 * Open the palette at a plus sign.
 *
 * @param {HTMLElement} anchor @param {import("../store.js").RunStore} store
 * @param {{index: number, port: number}} place before which layer, and on which of its ways in
 * @param {{disconnect?: object, merge?: string}} [more] the operation that takes the connection away, where that can
 *   be; a merge that is chosen already, so that only its second layer is asked for
 */
export async function openPalette(anchor, store, place, { disconnect, merge: chosen } = {}) {
  const answer = await store.do("offers", place);
  if (!answer.result || !anchor.isConnected) return null;
  const found = answer.result;
  const root = anchor.getRootNode();
  let merge = grouped(found, store.catalogue).flatMap(({ entries }) => entries).find(({ id, offer }) => id === chosen && offer.sources?.length) ?? null;
  let typed = "";
  const popover = openPopover(anchor, (close) => {
    const choose = (entry) => {
      if (entry.offer.sources?.length) {
        [merge, typed] = [entry, ""];
        popover.refresh();
        if (!isTouch()) focusOn(root, "find");
        return;
      }
      close();
      take(store, root, entry.offer.sources ? { operation: alone(entry, place) } : entry.offer, place);
    };
    const words = { label: "What to add", hint: merge ? "Which layer?" : "Type to find a layer", typed, noted: (text) => { typed = text; } };
    const groups = merge ? sourceGroups(store, merge) : grouped(found, store.catalogue);
    return [
      h("header", {}, h("b", {}, merge ? merge.label : "Add a layer"), h("span", {}, `${shapeWords(shapeOf(store.shape, found.before))} from ${entryWords(store.shape, found.before)}`)),
      ...picker(groups, choose, words),
      disconnect && h("footer", {}, h("button.warn", { type: "button", onclick: () => {
        close();
        store.operate(disconnect);
      } }, "Take this connection away")),
    ].filter(Boolean);
  }, { label: "Add a layer", className: "palette" });
  if (popover && !isTouch()) focusOn(root, "find");
  return popover;
}

/** A merge with nothing to bring in: it is added all the same, and says itself what it lacks. */
const alone = ({ id }, { index, port }) => ({ name: "insert_layer", index, port, layer: { kind: id } });

/** Keys on the head of a layer. */

import { stepped } from "./moves.js";
import { carryOut } from "./palette.js";

/**
 * Alt ← and Alt → move the layer, Delete takes it away, Ctrl D doubles it, C connects it.
 *
 * @param {KeyboardEvent} event @param {import("../store.js").RunStore} store @param {number} at @param {() => void} connect
 */
export function keyed(event, store, at, connect) {
  const { view, shape } = store;
  const root = event.target.getRootNode();
  const hidden = (control) => view.hidden.includes(control);
  const modifier = event.ctrlKey || event.metaKey;
  const by = event.altKey ? { ArrowLeft: -1, ArrowRight: 1 }[event.key] : undefined;
  if (by && !hidden("add_layer")) {
    const operation = stepped(shape, at, by);
    if (operation) carryOut(store, operation, root, `layer-${operation.to}`);
  } else if (event.key === "Delete" && !hidden("remove_layer")) {
    carryOut(store, { name: "remove_layer", index: at }, root, `layer-${at}`, `layer-${at - 1}`);
  } else if (modifier && event.key.toLowerCase() === "d" && !hidden("add_layer")) {
    carryOut(store, { name: "duplicate_layer", index: at }, root, `layer-${at + 1}`);
  } else if (!modifier && !event.altKey && event.key.toLowerCase() === "c" && !hidden("add_layer")) connect();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

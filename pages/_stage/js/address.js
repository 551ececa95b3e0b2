/**
 * The address bar: what stands behind # is the run as it stands now.
 *
 * Only the playground writes it, by replaceState and at most every 300 ms, so that the browser's
 * Back stays what it is. A hash that somebody else put there is opened as a link.
 */

import { HASH_KEY, remember } from "./socket.js";

const EVERY_MS = 300;

/**
 * Keep address bar and run together.
 *
 * @param {import("./store.js").RunStore} store
 * @returns {() => void} stops it
 */
export function followAddress(store) {
  let timer = 0;
  let last = 0;

  const write = () => {
    timer = 0;
    last = performance.now();
    const hash = store.hash;
    if (!hash || store.connection !== "open") return;
    remember(HASH_KEY, hash);
    if (location.hash.slice(1) !== hash) {
      history.replaceState(history.state, "", `${location.pathname}${location.search}#${hash}`);
    }
  };
  const soon = () => {
    timer ||= setTimeout(write, Math.max(0, EVERY_MS - (performance.now() - last)));
  };
  const read = () => {
    const hash = location.hash.slice(1);
    if (hash && hash !== remember(HASH_KEY)) store.openLink(hash);
  };

  const off = store.on("run", soon);
  addEventListener("hashchange", read);
  if (store.hash) soon();
  return () => {
    off();
    clearTimeout(timer);
    removeEventListener("hashchange", read);
  };
}

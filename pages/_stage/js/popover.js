/**
 * Small cards that open at a button: menus, the activation list, the inputs.
 *
 * The browser's own popovers close on Escape and on a click elsewhere. On a phone the style sheet
 * makes them a sheet from below.
 */

import { h } from "./dom.js";

const GAP = 6;
const EDGE = 8;
let closedAt = 0;
let closedAnchor = null;

function place(card, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  // Within the stage, so that it does not cover the page's settings.
  const edge = Math.max(EDGE, anchor.closest(".stage")?.getBoundingClientRect().left ?? 0);
  const left = Math.min(Math.max(edge, box.left + box.width / 2 - width / 2), innerWidth - width - EDGE);
  const below = box.bottom + GAP;
  const fits = below + height <= innerHeight - EDGE || box.top < height + GAP + EDGE;
  card.style.left = `${Math.round(left)}px`;
  card.style.top = `${Math.round(fits ? below : box.top - GAP - height)}px`;
  card.style.maxHeight = `${Math.round(innerHeight - (fits ? below : EDGE) - EDGE)}px`;
}

/** Arrow keys, Home and End move between the card's items. */
function moveFocus(event, card) {
  const items = [...card.querySelectorAll("[data-item]:not(:disabled)")];
  const at = items.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}

/**
 * Open a card at a button, or close the one that is open there.
 *
 * @param {HTMLElement} anchor the button
 * @param {(close: () => void) => Node[]} content what is in it
 * @param {{label: string, role?: string, className?: string, closed?: () => void}} options
 * @returns {{refresh: () => void, close: () => void}|null} null when the click closed it
 */
export function openPopover(anchor, content, { label, role = "dialog", className = "", closed = () => {} }) {
  // A click on the button closes the open card first; it should then stay closed.
  if (anchor === closedAnchor && performance.now() - closedAt < 300) return null;
  const root = anchor.getRootNode();
  const card = h("div", { class: `popover ${className}`, role, "aria-label": label, popover: "auto" });
  let chosen = false;
  const close = () => {
    chosen = true;
    card.hidePopover?.();
  };
  const refresh = () => {
    const key = root.activeElement?.dataset.key;
    card.replaceChildren(...content(close));
    if (key) card.querySelector(`[data-key="${key}"]`)?.focus();
    if (card.getBoundingClientRect().bottom > innerHeight - EDGE) place(card, anchor); // it has grown
  };
  card.append(...content(close));
  card.addEventListener("keydown", (event) => moveFocus(event, card));
  card.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    closedAt = performance.now();
    closedAnchor = chosen ? null : anchor; // after a choice the button opens again at once
    anchor.setAttribute("aria-expanded", "false");
    const held = card.contains(root.activeElement) || !root.activeElement;
    card.remove();
    closed();
    // The button may have been made anew meanwhile; its key finds the one that stands there now.
    const back = anchor.isConnected ? anchor : root.querySelector(`[data-key="${anchor.dataset.key}"]`);
    if (held) back?.focus({ preventScroll: true });
  });
  (anchor.closest("[data-run]") ?? anchor.closest(".stage") ?? root).append(card);
  anchor.setAttribute("aria-expanded", "true");
  card.showPopover();
  place(card, anchor);
  (card.querySelector("[aria-selected=true]") ?? card.querySelector("[data-item]:not(:disabled)"))?.focus();
  return { refresh, close };
}

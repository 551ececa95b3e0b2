/**
 * One dialog at a time, on the browser's own <dialog>: it keeps the focus inside, closes on Escape and
 * makes the rest of the page inert. Focus goes back to where it came from.
 */

import { h } from "../dom.js";

let last = null;
let serial = 0;

/** The focused element, also within open shadow roots. */
function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

/**
 * Opens a dialog over the page.
 * @param {Element} anchor any element of the stage; the dialog is put into the same shadow root
 * @param {{title: string, wide?: boolean, body: Node[], onclose?: () => void}} options
 * @returns {{element: HTMLDialogElement, close: () => void}}
 */
export function openDialog(anchor, { title, wide = false, body, onclose }) {
  last?.close();
  const from = focused();
  const id = `dialog-title-${(serial += 1)}`;
  const heading = h("h2", { id, tabindex: "-1" }, title);
  const element = h(`dialog.dialog${wide ? ".wide" : ""}`, { "aria-labelledby": id },
    h("div.dialog-inner", {},
      h("header.dialog-head", {}, heading,
        h("button.close", { type: "button", "aria-label": "Close", title: "Close (Escape)", onclick: () => element.close() }, "×")),
      h("div.dialog-body", {}, ...body)));
  const root = anchor.getRootNode();
  (root instanceof ShadowRoot ? root : document.body).append(element);
  // A press on the backdrop lands on the dialog itself, one inside it on its content.
  element.addEventListener("pointerdown", (event) => event.target === element && element.close());
  // Keys typed here are for the dialog: neither the stage's nor Streamlit's shortcuts may answer.
  element.addEventListener("keydown", (event) => {
    if (event.key === "Tab") wrap(element, event);
    if (event.key !== "Escape") event.stopPropagation();
  });
  const handle = { element, close: () => element.open && element.close() };
  element.addEventListener("close", () => {
    if (last === handle) last = null;
    onclose?.();
    element.remove();
    if (from?.isConnected) from.focus({ preventScroll: true });
  }, { once: true });
  element.showModal();
  heading.focus({ preventScroll: true });
  last = handle;
  return handle;
}

/** Closes the dialog that is open, if one is: what was chosen in it shows on the page. */
export function closeDialog() {
  last?.close();
}

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), textarea, select, summary, [tabindex='0']";

// Tab past the last element goes to the first: the browser alone would go to its address bar.
function wrap(element, event) {
  const all = [...element.querySelectorAll(FOCUSABLE)].filter((item) => item.offsetParent !== null);
  if (!all.length) return;
  const at = all.indexOf(element.getRootNode().activeElement);
  const to = event.shiftKey ? (at <= 0 ? all.length - 1 : -1) : at === all.length - 1 ? 0 : -1;
  if (to < 0) return;
  event.preventDefault();
  all[to].focus();
}

/**
 * A number that can be set: typed, dragged sideways, or stepped by arrow keys. Enter or leaving sends what was typed,
 * Escape brings the old one back, and F freezes it or lets it learn again.
 */

import { h, setAttribute, setNumber, setText } from "../dom.js";
import { editable, number, parse } from "../format.js";

const STARTS = 4; // pixels sideways from which it is a drag
const PER_PIXEL = 0.01; // of a dragged number; with Shift ten times as much

// What the field holds while somebody types: every digit that matters, and the true minus.
const typed = (value) => editable(value).replace("-", "−");

/**
 * @param {object} store
 * @param {string|null} address such as "layers.0.weight[2,1]"; null for a number without one
 * @param {string} label for who cannot see where it stands
 * @param {(message: string) => void} complain shows a sentence at the field; "" clears it
 * @param {(value: number, goesOn: boolean) => object|Promise<object>} send sets it; `goesOn`: as part of one drag
 * @returns {{element: HTMLInputElement, set: (value: number) => void, hold: (held: boolean) => void}} `set` never disturbs
 *   who is typing; `hold` shows that the number is frozen
 */
export function numberField(store, address, label, complain, send = (value, goesOn) => store.edit(address, value, goesOn)) {
  let known = NaN;
  let dirty = false;
  let drag = null; // {id, x, from, moved, sent, wanted} while a pointer is down
  let busy = false; // while the answer of a drag is out
  const keys = `Drag sideways, or arrow keys: 0.1, with Shift 1, with Alt 0.01${address ? ". F freezes it" : ""}`;
  const input = h("input.field", {
    type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", role: "spinbutton",
    "aria-label": label, "data-number": address, "data-address": address, title: keys,
  });

  // What it is, also while the field holds what somebody types.
  const tell = (value) => {
    setAttribute(input, "aria-valuenow", String(value));
    setAttribute(input, "data-value", String(value));
  };
  const show = (value) => {
    input.value = number(value);
    tell(value);
  };
  const wrong = (message) => {
    setAttribute(input, "aria-invalid", String(Boolean(message)));
    complain(message);
  };
  const restore = () => {
    dirty = false;
    wrong("");
    show(known);
  };
  const give = async (value, goesOn) => {
    wrong("");
    const before = known;
    known = value;
    const answer = await send(value, goesOn);
    if (answer?.type !== "refused") return;
    known = before;
    wrong(answer.message);
  };
  const submit = async (goesOn = false) => {
    if (!dirty) return;
    const value = parse(input.value);
    if (Number.isNaN(value)) {
      wrong(`“${input.value.slice(0, 20)}” is not a number; ${number(known)} stays.`);
      return;
    }
    dirty = false;
    await give(value, goesOn);
  };

  // The latest value counts: while an answer is out, those between are left out.
  const follow = async () => {
    if (busy) return;
    busy = true;
    while (drag?.moved && drag.wanted !== known) {
      const [value, goesOn] = [drag.wanted, drag.sent];
      drag.sent = true;
      await give(value, goesOn);
    }
    busy = false;
  };
  const dragged = ({ pointerId, clientX, shiftKey }) => {
    if (drag?.id !== pointerId) return;
    if (!drag.moved && (dirty || Math.abs(clientX - drag.x) < STARTS)) return;
    if (!drag.moved) {
      drag.moved = true;
      drag.x = clientX;
      input.setPointerCapture(pointerId);
      input.classList.add("is-dragged");
    }
    drag.value += (clientX - drag.x) * PER_PIXEL * (shiftKey ? 10 : 1);
    drag.x = clientX;
    drag.wanted = Math.round(drag.value * 1000) / 1000;
    input.value = number(drag.wanted);
    follow();
  };
  const dropped = ({ pointerId }) => {
    if (drag?.id !== pointerId) return;
    const { moved, wanted, sent } = drag;
    drag = null;
    if (!moved) return;
    input.classList.remove("is-dragged");
    if (wanted !== known) give(wanted, sent);
    input.value = typed(wanted);
  };

  input.addEventListener("pointerdown", ({ pointerId, clientX, button }) => {
    if (button === 0 && Number.isFinite(known)) drag = { id: pointerId, x: clientX, value: known, moved: false, sent: false, wanted: known };
  });
  input.addEventListener("pointermove", dragged);
  for (const name of ["pointerup", "pointercancel"]) input.addEventListener(name, dropped);
  input.addEventListener("input", () => {
    dirty = true;
    wrong("");
  });
  input.addEventListener("focus", () => {
    // Three digits are for reading; who types starts from all that matter.
    if (!dirty) input.value = typed(known);
    input.select();
  });
  input.addEventListener("blur", () => submit().then(() => !dirty && input.getAttribute("aria-invalid") !== "true" && show(known)));
  input.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") submit().then(() => input.select());
    else if (event.key === "Escape" && (dirty || input.getAttribute("aria-invalid") === "true")) {
      restore();
      input.select();
    } else if (way) {
      const now = parse(input.value);
      const step = event.shiftKey ? 1 : event.altKey ? 0.01 : 0.1;
      input.value = typed((Number.isNaN(now) ? known : now) + way * step);
      dirty = true;
      submit(event.repeat); // a key that is held down is one change
    } else if (event.key === "f" && address && !event.ctrlKey && !event.metaKey && !event.altKey) {
      store.operateOn(input.classList.contains("is-held") ? "unfreeze" : "freeze", address);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: input,
    hold(held) {
      input.classList.toggle("is-held", held);
      setAttribute(input, "aria-description", held ? "Frozen: training leaves it as it is" : "");
      setAttribute(input, "title", held ? `Frozen: training leaves it as it is. ${keys}` : keys);
    },
    set(value) {
      tell(value);
      if (drag?.moved) return;
      if (dirty || input.getRootNode().activeElement === input) {
        if (!dirty) known = value;
        return;
      }
      if (value === known && input.value) return;
      known = value;
      show(value);
    },
  };
}

/** The same place as plain text, for what is only read. @returns {{element: HTMLElement, set: (value: number) => void, hold: (held: boolean) => void}} */
export function numberText(address) {
  const element = h("b.value", address ? { "data-number": address } : {}, "–");
  return {
    element,
    hold(held) {
      element.classList.toggle("is-held", held);
    },
    set(value) {
      if (address) setNumber(element, value, number(value));
      else setText(element, number(value));
    },
  };
}

/** A number that can be typed: arrow keys step it, Enter or leaving sends it, Escape brings the old one back. */

import { h, setAttribute, setNumber, setText } from "../dom.js";
import { editable, number, parse } from "../format.js";

/**
 * @param {object} store
 * @param {string} address such as "layers.0.weight[2,1]"
 * @param {string} label for who cannot see where it stands
 * @param {(message: string) => void} complain shows a sentence at the field; "" clears it
 * @returns {{element: HTMLInputElement, set: (value: number) => void}} `set` never disturbs who is typing
 */
export function numberField(store, address, label, complain) {
  let known = NaN;
  let dirty = false;
  const input = h("input.field", {
    type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", role: "spinbutton",
    "aria-label": label, "data-number": address, "data-address": address, title: "Arrow keys: 0.1, with Shift 1, with Alt 0.01",
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
  const send = async () => {
    if (!dirty) return;
    const value = parse(input.value);
    if (Number.isNaN(value)) {
      wrong(`“${input.value.slice(0, 20)}” is not a number; ${number(known)} stays.`);
      return;
    }
    dirty = false;
    wrong("");
    const before = known;
    known = value;
    const answer = await store.edit(address, value);
    if (answer?.type !== "refused") return;
    known = before;
    wrong(answer.message);
  };

  input.addEventListener("input", () => {
    dirty = true;
    wrong("");
  });
  input.addEventListener("focus", () => {
    // Three digits are for reading; who types starts from all that matter.
    if (!dirty) input.value = editable(known).replace("-", "−");
    input.select();
  });
  input.addEventListener("blur", () => send().then(() => !dirty && input.getAttribute("aria-invalid") !== "true" && show(known)));
  input.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") send().then(() => input.select());
    else if (event.key === "Escape" && (dirty || input.getAttribute("aria-invalid") === "true")) {
      restore();
      input.select();
    } else if (way) {
      const now = parse(input.value);
      const step = event.shiftKey ? 1 : event.altKey ? 0.01 : 0.1;
      input.value = editable((Number.isNaN(now) ? known : now) + way * step).replace("-", "−");
      dirty = true;
      send();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: input,
    set(value) {
      tell(value);
      const busy = dirty || input.getRootNode().activeElement === input;
      if (busy) {
        if (!dirty) known = value;
        return;
      }
      if (value === known && input.value) return;
      known = value;
      show(value);
    },
  };
}

/** The same place as plain text, for what is only read. @returns {{element: HTMLElement, set: (value: number) => void}} */
export function numberText(address) {
  const element = h("b.value", address ? { "data-number": address } : {}, "–");
  return {
    element,
    set(value) {
      if (address) setNumber(element, value, number(value));
      else setText(element, number(value));
    },
  };
}

/** Starting points: whole networks to begin with, one click each, and none at all. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { openPopover } from "../popover.js";
import { picker } from "./offers.js";
import { focusOn, take } from "./palette.js";

const EMPTY = { id: "empty", label: "Empty", sentence: "Nothing between input and output: build it yourself." };

/** The button that opens them. @param {import("../store.js").RunStore} store @param {(popover: object) => void} follow */
export function startsButton(store, follow) {
  const button = h("button.foot-button", {
    type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "data-control": "add_layer", "data-command": "starts", "data-key": "starts",
    title: "Put a whole network in place of this one",
  }, "Start from", icon("down"));
  button.addEventListener("click", async () => {
    const last = store.shape.layers.length - 1;
    const answer = await store.do("offers", { index: last, port: 0 });
    if (!answer.result) return;
    const root = button.getRootNode();
    const known = new Map((store.catalogue.starts ?? []).map((entry) => [entry.id, entry]));
    const entries = answer.result.starts.map((offer) => ({ ...known.get(offer.id), folder: "starts", offer: { why: "", ...offer } }));
    const groups = [{ name: "Starting points", entries: [...entries, { ...EMPTY, folder: "starts", offer: { why: "" } }] }];
    follow(openPopover(button, (close) => [
      h("header", {}, h("b", {}, "Start from"), h("span", {}, "Undo brings your network back")),
      ...picker(groups, async ({ offer }) => {
        close();
        if (offer.operation) return take(store, root, offer, { index: 0, port: 0 });
        const cleared = await store.propose({ "network.layers": [] });
        if (cleared.type !== "refused") focusOn(root, "plus-0-0");
        return undefined;
      }, { label: "Starting points", hint: "Type to find a network" }),
    ], { label: "Start from", className: "palette" }));
    focusOn(root, "find");
  });
  return button;
}

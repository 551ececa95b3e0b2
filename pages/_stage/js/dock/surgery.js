/** The row of buttons that operate on a weight or a neuron, and below it what the last operation did. */

import { h, setAttribute, setText } from "../dom.js";
import { icon } from "../icons.js";
import { neuronName, numberAddress, unitWord } from "../names.js";
import { heldOf, isCutOff, isFrozen } from "../network/frozen.js";
import { openPopover } from "../popover.js";

/** What the server calls a place. @param {import("../names.js").Place} place */
const addressOf = (place) => (place.link ? numberAddress(place) : `layers.${place.layer}[${place.unit}]`);

/**
 * @param {HTMLElement} host @param {object} store
 * @param {import("../names.js").Place} place a neuron or a link
 * @returns {{update: () => void}} update after every frame
 */
export function surgeryRow(host, store, place) {
  const { shape } = store;
  const address = addressOf(place);
  const neuron = !place.link;
  const hidden = neuron && !shape.layers[place.layer].output;
  const learns = !neuron || shape.cost.layers[place.layer].parameters > 0;
  const word = neuron && unitWord(shape, place.layer);
  const said = h("p.consequence", { role: "status", "aria-live": "polite" });
  const run = (operation, onto) => store.operateOn(operation, address, onto);
  const button = (operation, text, sentence, onclick, ...before) => h("button.chip", {
    type: "button", "data-operation": operation, title: sentence, "aria-label": sentence, onclick: onclick ?? (() => run(operation)),
  }, ...before, h("span", {}, text));
  const what = neuron ? `this ${word}’s weights and bias` : "this weight";
  const freeze = button("freeze", "Freeze", "", () => run(frozen() ? "unfreeze" : "freeze"), icon("frost"));
  const cut = hidden && button("lesion", "Cut off", "", () => run(cutOff() ? "heal" : "lesion"));
  const others = neuron ? Array.from({ length: shape.layers[place.layer].units }, (_, unit) => unit).filter((unit) => unit !== place.unit) : [];
  const copy = learns && others.length > 0 && button("copy", "Copy", `Copy this ${word}’s weights and bias onto another ${word} of its layer`, () => choose());
  if (copy) setAttribute(copy, "aria-haspopup", "dialog");

  const choose = () => openPopover(copy, (close) => [
    h("header", {}, h("b", {}, "Copy onto"), h("span", {}, "which then computes the same")),
    ...others.map((unit) => h("button.option", { type: "button", "data-item": true, onclick: () => {
      close();
      run("copy", addressOf({ layer: place.layer, unit }));
    } }, h("b", {}, neuronName(shape, place.layer, unit)))),
  ], { label: "Copy onto", className: "copy-card" });
  const frozen = () => {
    if (neuron) return isFrozen(store, place.layer, place.unit);
    const { layer, unit, input } = place.link;
    return Boolean(heldOf(store.frame, layer)?.[unit * shape.layers[layer].inputs + input]);
  };
  const cutOff = () => isCutOff(store, place.layer, place.unit);
  const toggle = (node, on, text, sentence) => {
    setAttribute(node, "aria-pressed", String(on));
    setAttribute(node, "title", sentence);
    setAttribute(node, "aria-label", sentence);
    setText(node.querySelector("span"), text);
  };

  host.append(h("div.surgery", {},
    h("div.operations", { role: "group", "aria-label": "Surgery" }, ...(learns ? [freeze,
      button("zero", "Zero", `Set ${what} to 0`),
      button("flip", "Flip", `Turn the sign of ${what} round`),
      button("randomize", "Redraw", `Draw ${what} anew by chance`)] : []), cut, copy),
    said));

  return {
    update() {
      const [held, off] = [frozen(), hidden && cutOff()];
      toggle(freeze, held, held ? "Frozen" : "Freeze",
        held ? `Let ${what} learn again` : `Freeze ${what}: training leaves ${neuron ? "them" : "it"} alone until Reset`);
      if (cut) {
        toggle(cut, off, off ? "Regrow" : "Cut off",
          off ? `Let the weights behind this ${word} learn again, from 0` : `Cut this ${word} off: the weights behind it become 0 and stay so`);
      }
      const { consequence: found } = store;
      said.hidden = !found;
      host.classList.toggle("is-told", Boolean(found));
      if (!found) return;
      // What was done is plain to see; where nothing came of it, or not yet, it is all there is to tell.
      const flat = Object.values(found.metrics).every(([before, after]) => before === after);
      setText(said, `${found.past ? `At step ${found.step}: ` : ""}${flat ? `${found.done} ` : ""}${found.sentence}`);
      setAttribute(said, "title", found.done);
    },
  };
}

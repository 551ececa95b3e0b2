/** Help: what Glassbox does, how to read the picture, and the keys. */

import { h } from "../dom.js";
import { KEYS } from "../keys.js";
import { scale, signs } from "../legend.js";
import { openDialog } from "./dialog.js";

const PARTS = [
  ["Output", "The large map is what the whole network outputs at every place of the plane. A dot that matches the ground under it is right; a ringed one is wrong. Press a dot to follow its numbers through the network."],
  ["Loss", "How far the outputs are from the targets, on average: smaller is better. The grey curve counts the train samples, the dark one the test samples, which the network is never trained on."],
  ["Step and epoch", "A step uses one batch of samples and changes every weight once. An epoch is one pass over all train samples."],
  ["Where a number comes from", "Press any number with a dotted line under it: its receipt shows the formula, the numbers in it and a check. Each of those opens too, so that a loss can be followed back to the inputs, and on to the change of every weight."],
  ["Time", "The strip under the network is the whole run. Drag it or press a place on it, and everything goes back to that step, exactly. Branch from here begins a second run there, beside the first: change something in it, and see what becomes of it."],
  ["Building", "Press a + to put a layer there, or take one from the shelf under Layers. Drag a layer's name to move it, and the dot at its right to a later layer to draw a connection. What does not fit says why, and what would mend it."],
  ["Microscope", "It takes the coming step apart, operation by operation: forward to the loss, back with the gradients, to the change of every weight. What is not computed yet is not there. Looking changes nothing."],
  ["Changing a weight", "Press a neuron or a line and type another number. Every map, the loss and the curve then belong to the new weights; Undo brings the old ones back."],
];

/** Opens the dialog. @param {Element} anchor any element of the stage @param {object} [store] */
export function open(anchor, store) {
  const keys = h("dl.keys-list", {}, ...KEYS.flatMap(({ shown, sentence }) => [
    h("dt", {}, ...shown.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, sentence),
  ]));
  const goal = store?.shape?.goal;
  return openDialog(anchor, {
    title: "How to read this page",
    wide: true,
    body: [h("div.help", {},
      h("div", {},
        h("p.lead", {}, "Glassbox trains a real neural network with PyTorch while you watch. Every picture and every number is computed from its weights as they are at that moment."),
        goal && h("p.lead", {}, h("b", {}, "The goal now: "), goal),
        signs(store?.shape, anchor), scale(store?.shape),
        ...PARTS.map(([title, text]) => h("section.part", {}, h("h4", {}, title), h("p", {}, text)))),
      h("div", {}, h("h4", {}, "Keys"), keys,
        h("p.hint", {}, "On the network, arrow keys go from neuron to neuron and Enter opens one; E goes to its numbers, where ↑ and ↓ change them and F freezes them. On the name of a layer Enter opens its settings, Alt ← and Alt → move it, C connects it, Ctrl D doubles it and Delete takes it away. On the output map they move the reading, on the curve they go from row to row, on the timeline from step to step, and with Shift from mark to mark. Enter opens the number that is read; in its receipt ↓ and ↑ go from number to number, Alt ← and Alt → back and forth, and Esc closes it.")))],
  });
}

/** Under a training sample: leave it out, say that it is of another class, or go to what is done with many at once. */

import { open as openCurate } from "../dialogs/curate.js";
import { h, setText } from "../dom.js";

/** The row of the sample's card. @param {Element} anchor @param {object} store @returns {{element: HTMLElement, update: () => void}} */
export function curateRow(anchor, store) {
  let key = "";
  const told = h("span.curated-note", { role: "status" });
  const act = async (args, done) => {
    const answer = await store.do("curate", args);
    if (answer?.type === "answer") setText(told, done);
  };
  const out = h("button.chip", {
    type: "button", title: "From the next epoch on the network does not learn from this sample. Undo takes it back.",
    onclick: () => act({ change: "exclude", samples: [store.sample] }, "left out from the next epoch on"),
  }, "Leave out");
  const labels = h("select.chip-select", { "aria-label": "Learn this sample as", onchange: () => {
    const chosen = Number(labels.value);
    const name = store.shape.output.classes[chosen];
    labels.value = "";
    act({ change: "relabel", samples: [store.sample], class: chosen }, `learned as ${name} from the next epoch on`);
  } });
  const more = h("button.chip", { type: "button", onclick: () => openCurate(anchor, store) }, "Many…");
  const element = h("div.curate-row", { role: "group", "aria-label": "Curate the training data" }, out, labels, more, told);
  store.on("sample", () => setText(told, ""));
  return {
    element,
    update() {
      const { classes } = store.shape.output;
      const now = classes.join("\n");
      labels.hidden = !classes.length;
      if (now === key) return;
      key = now;
      labels.replaceChildren(h("option", { value: "" }, "is really…"), ...classes.map((name, at) => h("option", { value: String(at) }, name)));
    },
  };
}

/** The first pictures of the coming batch, as the network will get them: what augmentation makes of them is seen here. */

import { h, setAttribute, setText } from "../dom.js";
import { imageOf } from "../plot/pixels.js";

const SHOWN = "sample,row,column,channel";

export default {
  id: "coming_batch",
  slot: "curves",
  label: "Batch",
  order: 80,
  shown: (store) => Boolean(store.shape?.provides.includes("pictures")),
  probes: () => [{ id: "coming_pictures" }],
  mount: (host, store, tools) => new ComingBatch(host, store, tools),
};

/** What is done to them, in words: "flip, shift". */
function changesOf(store) {
  const amounts = Object.keys(store.spec?.data.augment ?? {});
  return amounts.map((id) => store.catalogue.augmentations?.find((entry) => entry.id === id)?.label.toLowerCase() ?? id).join(", ");
}

class ComingBatch {
  constructor(host, store, tools) {
    this.store = store;
    this.words = h("span.keys", {});
    tools?.replaceChildren(this.words);
    this.box = h("div.coming-batch", { tabindex: "0", role: "group", "aria-label": "The coming batch" });
    this.host = host;
    host.replaceChildren(...(tools ? [] : [this.words]), this.box);
    this.off = store.on("run", () => this.paint());
    this.paint();
  }

  /** Shows the latest frame's pictures. */
  paint() {
    const { store } = this;
    const changes = changesOf(store);
    setText(this.words, changes ? `changed by ${changes}` : "as they are, without augmentation");
    const pixels = store.frame?.arrays.get("coming_pictures/pixels");
    const rows = store.frame?.arrays.get("coming_pictures/rows")?.data;
    if (pixels?.axes?.join() !== SHOWN || !rows) return;
    const [count, high, wide] = pixels.shape;
    while (this.box.children.length > count) this.box.lastChild.remove();
    while (this.box.children.length < count) this.box.append(h("canvas", { role: "img" }));
    [...this.box.children].forEach((canvas, at) => {
      if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
      canvas.getContext("2d").putImageData(imageOf(pixels, at), 0, 0);
      setAttribute(canvas, "data-sample", String(rows[at]));
      setAttribute(canvas, "aria-label", `Training sample ${rows[at]}${changes ? `, changed by ${changes}` : ""}`);
    });
  }

  theme() {}

  resize() {}

  destroy() {
    this.off();
    this.host.replaceChildren();
  }
}

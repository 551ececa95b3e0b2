/**
 * The card under the curves. It has a fixed place, so nothing jumps and nothing is covered: the legend while
 * nothing is looked at, else the neuron, link or input under the pointer, and after a press its editable numbers.
 */

import { inputCard } from "./dock/input.js";
import { linkCard, neuronCard } from "./dock/neuron.js";
import { pictureProbes, sampleCard } from "./dock/sample.js";
import { surgeryRow } from "./dock/surgery.js";
import { h, setAttribute, setText } from "./dom.js";
import { count, number } from "./format.js";
import { mountLegend } from "./legend.js";
import { exists, focusOf, placeName } from "./names.js";
import { recordsOf } from "./records.js";

const SPLITS = { train: "sample", test: "test" };

export default {
  id: "dock",
  slot: "dock",
  probes(store) {
    if (!focusOf(store)) return pictureProbes(store);
    return [{ id: "parameters" }, { id: "sample_values", sample: store.sample, ...store.whatIf }];
  },
  mount: (host, store) => new Dock(host, store),
};

class Dock {
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.title = h("h3", {});
    this.number = h("span.sample-number", {});
    this.real = h("button.chip.real", { type: "button", onclick: () => store.setWhatIf(null) }, "×");
    const step = (by, label, sign) => h("button.chip", { type: "button", "aria-label": label, onclick: () => this._sample(by) }, sign);
    this.sample = h("span.sample", { role: "group", "aria-label": "Sample whose values are shown" },
      step(-1, "Sample before", "‹"), this.number, step(1, "Next sample", "›"), this.real);
    this.shut = h("button.close", { type: "button", "aria-label": "Close", title: "Close", onclick: () => this._close() }, "×");
    this.head = h("header.card-head", {}, this.title, h("span.keys", {}, this.sample, this.shut));
    this.body = h("div.dock-body", {});
    this.root = h("section.card.dock", { "aria-label": "Details" }, this.head, this.body);
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this._leave());
    host.replaceChildren(this.root);
    this.off = ["run", "hover", "pointed", "selected", "sample", "view"].map((event) => store.on(event, () => this._choose()));
    this.off.push(store.on("selected", (place) => {
      store.setConsequence(null);
      if (place?.link) this._focus();
    }), store.on("edit", () => this._edit()), store.on("consequence", () => this.operations?.update()));
    this._choose();
  }

  _close() {
    this.store.setSelected(null);
    this.store.setHover(null);
  }

  // The keyboard came from the picture, and goes on there.
  _leave() {
    const { link, layer, unit, input } = this.store.selected ?? {};
    const tile = input === undefined ? `layers.${link?.layer ?? layer}[${link?.unit ?? unit}]` : `inputs[${input}]`;
    this._close();
    this.host.closest("[data-run]").querySelector(`[data-neuron="${tile}"]`)?.focus({ preventScroll: true });
  }

  _edit() {
    const place = focusOf(this.store);
    if (place && !exists(this.store.shape, this.store.selected)) this.store.setSelected(place);
    const field = this.body.querySelector("input");
    if (field && exists(this.store.shape, this.store.selected)) field.focus({ preventScroll: true });
    else this.store.say("Choose a neuron or a line first: then E goes to its numbers.");
  }

  // From a made-up sample back to the one that was chosen, then on from there.
  _sample(by) {
    if (this.store.whatIf) {
      this.store.setWhatIf(null);
      return;
    }
    const total = this.store.shape?.samples?.train ?? 0;
    if (total) this.store.setSample((this.store.sample + by + total) % total);
  }

  // Builds a new card only when another place is looked at or the network has another form: typing must survive frames.
  _choose() {
    const { store } = this;
    if (!store.shape) return;
    const place = this._held() ?? focusOf(store);
    const open = exists(store.shape, store.selected) && JSON.stringify(place) === JSON.stringify(store.selected);
    const form = store.shape.layers.map((layer) => [layer.units, layer.inputs, layer.activation]);
    const key = JSON.stringify([place, open, store.shape.pictured, place && form, place && store.shape.inputs.map((input) => input.id)]);
    if (key !== this.key) {
      this.key = key;
      this._build(place, open);
    }
    this._which();
    this.card.update();
    this.operations?.update();
  }

  // Whose values are shown: a sample's, or nobody's.
  _which() {
    const { sample, shape, whatIf, pointed } = this.store;
    const [made] = Object.entries(whatIf?.inputs ?? {}).slice(-1);
    const at = whatIf?.pixels ? "drawn" : made ? `${shape.inputs[made[0]].label} = ${number(made[1])}` : `(${whatIf?.point?.map((value) => number(value)).join(", ")})`;
    const shown = this.root.dataset.kind === "sample" ? pointed : null;
    setText(this.number, shown ? `${SPLITS[shown.split]} ${count(shown.sample + 1)}` : whatIf ? `what if ${at}` : `sample ${count(sample + 1)}`);
    const back = `Back to sample ${count(sample + 1)}`;
    setAttribute(this.real, "aria-label", back);
    setAttribute(this.real, "title", back);
    this.real.hidden = !whatIf;
    this.sample.classList.toggle("is-made-up", Boolean(whatIf));
  }

  // Who presses a line wants to type its weight. With a finger the screen's keyboard would cover the picture.
  _focus() {
    if (matchMedia("(pointer: fine)").matches) this.body.querySelector("input")?.focus({ preventScroll: true });
  }

  // While a number is being typed, pointing elsewhere must not take the field away.
  _held() {
    const active = this.host.getRootNode().activeElement;
    const typing = active && this.body.contains(active) && active.matches("input");
    return typing && exists(this.store.shape, this.store.selected) ? this.store.selected : null;
  }

  _build(place, open) {
    const { store } = this;
    this.root.classList.toggle("is-open", open);
    const pictured = !place && store.shape.pictured;
    this.root.classList.toggle("is-legend", !place && !pictured);
    this.head.hidden = !place && !pictured;
    this.root.dataset.kind = pictured ? "sample" : !place ? "legend" : place.link ? "link" : place.input !== undefined ? "input" : "neuron";
    this.operations = null;
    if (!place) {
      setText(this.title, "Sample");
      this.shut.style.visibility = "hidden";
      this.card = (pictured ? sampleCard : mountLegend)(this.body, store);
      return;
    }
    setText(this.title, place.link ? "Weight" : placeName(store.shape, place));
    this.shut.style.visibility = open ? "visible" : "hidden";
    if (place.link) this.card = linkCard(this.body, store, place.link, open);
    else if (place.input !== undefined) this.card = inputCard(this.body, store, place, open);
    else this.card = neuronCard(this.body, store, place, open);
    if (open && place.input === undefined) this.operations = surgeryRow(this.body, store, place);
    this.body.scrollTop = 0;
  }

  /** Shows the latest frame's numbers. */
  paint(frame) {
    if (this.store.shape) recordsOf(this.store).take(frame);
    this.card?.update();
    this.operations?.update();
  }

  resize() {
    this.card?.resize?.();
  }

  theme() {
    this.card?.update();
  }

  destroy() {
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

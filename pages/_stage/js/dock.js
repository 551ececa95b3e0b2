/**
 * The card under the curves. It has a fixed place, so nothing jumps and nothing is covered: the legend while
 * nothing is looked at, else the neuron, link or input under the pointer, and after a press its editable numbers.
 */

import { channelCard, isChannel, windowCard } from "./dock/channel.js";
import { inputCard } from "./dock/input.js";
import { linkCard, neuronCard } from "./dock/neuron.js";
import { pictureProbes, sampleCard } from "./dock/sample.js";
import { surgeryRow } from "./dock/surgery.js";
import { h, setAttribute, setText } from "./dom.js";
import { count, number } from "./format.js";
import { mountLegend } from "./legend.js";
import { exists, focusOf, placeName } from "./names.js";
import { PARAMETERS, weightsOf } from "./network/weights.js";
import { recordsOf } from "./records.js";

const SPLITS = { train: "sample", test: "test" };

/** Whether a sample has a picture that stands nowhere else. */
const pictured = ({ shape }) => shape.pictured && shape.shape.length !== 3;

/** Two pixels of one picture share their card. */
const placeKey = (place) => JSON.stringify(place && { ...place, pixel: null });

export default {
  id: "dock",
  slot: "dock",
  probes(store) {
    if (!focusOf(store)) return pictureProbes(store);
    return [PARAMETERS, { id: "sample_values", sample: store.sample, split: store.split, ...store.whatIf }];
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
    const { shape, sample, split } = this.store;
    const total = shape?.samples?.[split] ?? 0;
    if (total) this.store.setSample((sample + by + total) % total, split);
  }

  // Builds a new card only when another place is looked at or the network has another form: typing must survive frames.
  _choose() {
    const { store } = this;
    if (!store.shape) return;
    const place = this._held() ?? focusOf(store);
    const open = exists(store.shape, store.selected) && placeKey(place) === placeKey(store.selected);
    const form = store.shape.layers.map((layer) => [layer.units, layer.inputs, layer.activation]);
    const key = JSON.stringify([place && { ...place, pixel: null }, open, pictured(store), place && form, place && store.shape.inputs.map((input) => input.id)]);
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
    setText(this.number, shown ? `${SPLITS[shown.split]} ${count(shown.sample + 1)}` : whatIf ? `what if ${at}` : `${SPLITS[this.store.split]} ${count(sample + 1)}`);
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
    const sampled = !place && pictured(store);
    this.root.classList.toggle("is-legend", !place && !sampled);
    this.head.hidden = !place && !sampled;
    this.root.dataset.kind = sampled ? "sample" : !place ? "legend" : place.link ? "link" : place.input !== undefined ? "input" : "neuron";
    this.operations = null;
    if (!place) {
      setText(this.title, "Sample");
      this.shut.style.visibility = "hidden";
      this.card = (sampled ? sampleCard : mountLegend)(this.body, store);
      return;
    }
    const windows = place.link && weightsOf(store, place.link.layer)?.windows;
    setText(this.title, windows ? "Window of weights" : place.link ? "Weight" : placeName(store.shape, { ...place, pixel: undefined }));
    this.shut.style.visibility = open ? "visible" : "hidden";
    if (windows) this.card = windowCard(this.body, store, place.link, open);
    else if (!place.link && isChannel(store.shape, place)) this.card = channelCard(this.body, store, () => this._held() ?? focusOf(store) ?? place);
    else if (place.link) this.card = linkCard(this.body, store, place.link, open);
    else if (place.input !== undefined) this.card = inputCard(this.body, store, place, open);
    else this.card = neuronCard(this.body, store, place, open);
    if (open && place.input === undefined && !windows) this.operations = surgeryRow(this.body, store, place);
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

/**
 * What a walk through a step knows so far, read out of one frame: which value every tile and every link
 * stands for. What the frame does not hold is null here, and nothing takes its place.
 */

const PROBE = "step_values/";
const FORWARD = [["pre_activation", "z", "sum"], ["normalized", "n", "normed"], ["activation", "a", "activation"], ["output", "o", "after dropout"]];
const WEIGHT = /^(?:(optimizer|penalty)\.[a-z_]+\.([a-z_]+)\.)?layers\.(\d+)\.(weight|bias|norm\.[a-z_]+)\.([a-z_]+)$/;
const WORDS = { weight: "w", bias: "b" };

/** What a parameter's numbers can be, from the last that becomes known to the first: [suffix, kind, words]. */
const TREATED = [
  ["update", "change", (name) => `Δ${name}`],
  ["optimizer_update", "change", (name) => `Δ${name}`],
  ["total_grad", "gradient", (name) => (name === "w" ? "total gradient" : `total ∂/∂${name}`)],
  ["clipped_grad", "gradient", (name) => (name === "w" ? "clipped gradient" : `clipped ∂L/∂${name}`)],
  ["free_grad", "gradient", (name) => `gradient ∂L/∂${name}, frozen 0`],
  ["grad", "gradient", (name) => `gradient ∂L/∂${name}`],
];
/** What is shown only at the operation that computes it. */
const PASSING = {
  penalty_grad: ["penalty", (name) => `∂penalty/∂${name}`],
  decoupled: ["penalty", (name) => `penalty: Δ${name}`],
};

/** Standard deviation over the samples of (samples, units). */
function spreadOf({ data, shape: [samples, units] }) {
  const mean = new Float64Array(units);
  const square = new Float64Array(units);
  for (let at = 0; at < data.length; at += 1) mean[at % units] += data[at] / samples;
  for (let at = 0; at < data.length; at += 1) square[at % units] += (data[at] - mean[at % units]) ** 2 / samples;
  return square.map(Math.sqrt);
}

/** Of one operation: the layer and the part of the network that a parameter's address names. */
function parsed(address) {
  const [, , slot, layer, part, suffix] = WEIGHT.exec(address) ?? [];
  return part && { slot, layer: Number(layer), part, suffix };
}

export class Known {
  #arrays;
  #train;

  /** @param {object} frame with `walk`, the stop where the walk stands @param {object} shape */
  constructor(frame, shape) {
    this.walk = frame.walk;
    this.shape = shape;
    this.#arrays = frame.arrays;
    // Gradients belong to the values of train mode, where the step computes others than eval mode shows.
    this.#train = [...frame.arrays.keys()].some((name) => name.startsWith(`${PROBE}train.`)) ? "train." : "";
  }

  /** The array of an address, or null while it is not known. */
  array(address) {
    return this.#arrays.get(PROBE + address) ?? null;
  }

  /** A single number, or null. */
  scalar(address) {
    return this.array(address)?.data[0] ?? null;
  }

  /** The address of a value of the pass: that of train mode, where there is one. */
  named(address) {
    return this.#train && this.array(this.#train + address) ? this.#train + address : address;
  }

  /** Values by unit: of the sample, or of the batch the mean with its spread, and of a δ the sum; `over` says so. */
  #units(address, symbol, kind, layer) {
    const array = this.array(address);
    const samples = this.array(`samples.${address}`);
    const spread = samples && kind === "value" ? spreadOf(samples) : null;
    const picture = (layer < 0 ? this.shape.shape : this.shape.layers[layer].shape)?.length === 3;
    const letter = picture && kind === "value" ? `mean ${symbol}` : symbol;
    const places = [samples && "the batch", picture && "the channel’s picture"].filter(Boolean).join(" and ");
    return array && { address, symbol: letter, kind, over: places && `, ${kind === "value" ? "mean" : "sum"} over ${places}`, values: array.data, spread };
  }

  /** What a column's tiles show: the last value of the way forward that is known; −1 are the inputs. */
  value(layer) {
    if (layer < 0) return this.#units("inputs", "x", "value", layer);
    for (const [part, letter, words] of FORWARD.toReversed()) {
      const found = this.#units(this.named(`layers.${layer}.${part}`), letter, "value", layer);
      if (found) return { ...found, words: found.symbol === letter ? `${words} ${letter}` : found.symbol };
    }
    return null;
  }

  /** What joins it below on the way back: δ, then what happens to the biases; null before. */
  second(layer) {
    if (layer < 0) return null;
    const own = this.#parameter(layer, (part) => part !== "weight", this.walk.phase !== "backward");
    if (own) return own;
    for (const [part, letter] of FORWARD) {
      const found = this.#units(`layers.${layer}.${part}.grad`, `gradient δ = ∂L/∂${letter}`, "delta", layer);
      if (found) return found;
    }
    return null;
  }

  /**
   * What the links of a gap show: products w·x forward, then the gradient, in the end the change; null before.
   * `numbers(unit, input)` says whose number each is: {address}, or of a product {opens}, the sum that it is a term of.
   */
  links(layer) {
    const { gaps, travel } = this.current();
    if (!this.#straight(layer)) return null;
    if (travel < 0 && gaps.includes(layer)) return this.#returning(layer);
    const found = this.#parameter(layer, (part) => part === "weight", true);
    return found ? { ...found, numbers: (unit, input) => ({ address: `${found.address}[${unit},${input}]` }) } : this.#products(layer);
  }

  #parameter(layer, fits, latest) {
    for (const address of this.walk.addresses) {
      const place = parsed(address);
      if (place?.layer !== layer || !fits(place.part) || !this.array(address)) continue;
      const [kind, symbol] = this.#called(place);
      return { address, symbol, kind, over: "", values: this.array(address).data, spread: null };
    }
    if (!latest) return null;
    const part = fits("weight") ? "weight" : "bias";
    // Where nothing is done to the gradient, the total is the gradient itself and is called so.
    const treated = ["clipped_grad", "free_grad", "penalty_grad"].some((end) => this.array(`layers.${layer}.${part}.${end}`));
    for (const [suffix, kind, words] of TREATED) {
      const address = `layers.${layer}.${part}.${suffix}`;
      const array = (suffix !== "total_grad" || treated) && this.array(address);
      if (array) return { address, symbol: words(WORDS[part]), kind, over: "", values: array.data, spread: null };
    }
    return null;
  }

  #called({ slot, part, suffix }) {
    const name = WORDS[part] ?? part.slice("norm.".length);
    if (slot) return [`slot ${slot}`, `new ${slot} of ${name}`];
    const [kind, words] = PASSING[suffix] ?? TREATED.find(([end]) => end === suffix)?.slice(1) ?? ["next", (what) => `new ${what}`];
    return [kind, words(name)];
  }

  /** Whether a layer's weights lie one by one on the links from the column before: not those of a window, or of an answer that is drawn as a picture. */
  #straight(layer) {
    const weights = this.#arrays.get(`parameters/layers.${layer}.weight`);
    const { from, output } = this.shape.layers[layer];
    if (output && this.shape.output.picture?.length) return false;
    return weights?.shape.length === 2 && (!from || (from.length === 1 && from[0] === layer - 1));
  }

  /** Every weight times the value that it is given, once their sum is known: for a batch the mean, as the sum is. */
  #products(layer) {
    const weights = this.#arrays.get(`parameters/layers.${layer}.weight`);
    const before = this.value(layer - 1);
    if (!weights || !before || !this.array(this.named(`layers.${layer}.pre_activation`))) return null;
    const inputs = weights.shape[1];
    const values = weights.data.map((weight, at) => weight * before.values[at % inputs]);
    const sum = this.named(`layers.${layer}.pre_activation`);
    return { symbol: `w · ${before.symbol}`, kind: "product", values, numbers: (unit) => ({ opens: `${sum}[${unit}]` }) };
  }

  /** Every weight times the δ of the neuron after it: what goes back along the links at this operation. */
  #returning(layer) {
    const weights = this.#arrays.get(`parameters/layers.${layer}.weight`);
    const delta = this.second(layer);
    if (!weights || !delta) return null;
    const inputs = weights.shape[1];
    const values = weights.data.map((weight, at) => weight * delta.values[Math.floor(at / inputs)]);
    const [sum] = this.walk.addresses;
    return { symbol: "w · δ", kind: "delta", values, numbers: (unit, input) => ({ opens: `${sum}[${input}]` }) };
  }

  /** Which columns, links and ways the operation is about: {columns, gaps, travel: 1 | −1 | 0}, layers as in addresses. */
  current() {
    const { phase, layer, id } = this.walk;
    const last = this.shape.layers.length - 1;
    const all = this.shape.layers.map((_, at) => at);
    if (phase === "batch") return { columns: id === "inputs" ? [-1] : [], gaps: [], travel: 0 };
    if (phase === "loss") return { columns: [last], gaps: [], travel: 0 };
    if (phase === "forward") return id.endsWith("pre_activation") ? { columns: [layer], gaps: [layer], travel: 1 } : { columns: [layer], gaps: [], travel: 0 };
    if (phase !== "backward") return { columns: all, gaps: all, travel: 0 };
    if (id.includes(".weight")) return { columns: [], gaps: [layer], travel: 0 };
    // The first δ of a hidden layer came through the links after it.
    const arrived = layer < last && (id.endsWith(".output.grad") || (id.endsWith(".activation.grad") && !this.array(`layers.${layer}.output.grad`)));
    return arrived ? { columns: [layer], gaps: [layer + 1], travel: -1 } : { columns: [layer], gaps: [], travel: 0 };
  }

  /** Prediction, target and loss, as far as they are known; of a batch the mean loss. */
  judged() {
    const last = this.shape.layers.length - 1;
    const output = this.#units(this.named(`layers.${last}.activation`), "a", "value", last);
    return { target: this.array("target")?.data ?? null, output, loss: this.scalar(this.named("batch_loss")) };
  }
}

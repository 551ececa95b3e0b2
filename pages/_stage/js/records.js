/**
 * A reason to try again: for each data set the lowest test loss so far, and the fewest neurons (of pictures
 * the fewest parameters) that were good enough. Kept in this browser only, where it lets pages keep anything.
 *
 * A run counts when its link alone gives it again: with test points, from the start weights that chance
 * gave, and with nothing changed while it learned. The numbers are those of painted frames.
 */

import { h, setAttribute, setText } from "./dom.js";
import { count, loss } from "./format.js";

const KEY = "glassbox.records";
const MOST = 60; // data sets remembered
const SAVE_MS = 1000;
// What "good enough" means: a share of the test points right, or, for numbers, a small miss.
const GOAL = {
  accuracy: { enough: (value) => value >= 0.95, short: "95 %", words: "95 % of the test points right" },
  error: { enough: (value) => value <= 0.1, short: "error 0.1", words: "a test error of 0.1 or less" },
};

function load() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

/** Which record a spec plays for: its data without the seed, and its loss, since other losses are other units. */
function keyOf(store) {
  const { seed, ...data } = store.spec.data;
  return JSON.stringify([...Object.entries(data).sort(), store.shape.loss.id]);
}

const number = (value) => (Number.isFinite(value) ? value : Infinity);

/** What a record's size is counted in: neurons on the plane; of pictures, whose neurons are many and share weights, parameters. */
const sizeWord = ({ provides }) => (provides.includes("pictures") ? "parameter" : "neuron");

/** How large the run's network is, in that. */
const sizeOf = (shape) => (sizeWord(shape) === "parameter" ? shape.cost.parameters
  : shape.layers.filter((layer) => !layer.output).reduce((sum, layer) => sum + layer.units, 0));

/** The better of two records, number by number. */
function best(one, other) {
  return { loss: Math.min(number(one?.loss), number(other?.loss)), neurons: Math.min(number(one?.neurons), number(other?.neurons)) };
}

/** Whether the run is judged as it should be: a test that is too easy on purpose sets no record. */
const honest = ({ data, learning }) => !data.leaked_test && !learning.evaluate_in_train_mode;

/** Whether this run's numbers may become records; the frame must be of the spec that the store holds. */
function counts(store, frame) {
  return honest(store.spec) && !store.changed && frame.revision === store.revision && frame.step > 0 && !store.trouble
    && Number.isFinite(frame.numbers.test_loss) && store.spec.network.initializer.kind !== "given";
}

class Records {
  #key = null;
  #run = null; // which run the bar was set for
  #bar = best();
  #saved = 0;
  #cleared = ""; // the moment that was on screen when everything was forgotten
  now = best();
  beaten = { loss: false, neurons: false };
  parties = 0; // how often a record that stood before was beaten

  constructor(store) {
    this.store = store;
  }

  /** Take in a painted frame. */
  take(frame) {
    const { store } = this;
    const key = keyOf(store);
    const run = JSON.stringify([key, frame.build, store.spec.seed]);
    if (key !== this.#key) this.now = best(load()[key]);
    this.#key = key;
    if (run !== this.#run) {
      this.#run = run;
      this.#bar = this.now;
      this.beaten = { loss: false, neurons: false };
    }
    if (!counts(store, frame) || this.#cleared === `${run}${frame.step}`) return;
    const { numbers } = frame;
    const kind = "test_accuracy" in numbers ? "accuracy" : "error";
    const neurons = sizeOf(store.shape);
    const after = best(this.now, { loss: numbers.test_loss, neurons: GOAL[kind].enough(numbers[`test_${kind}`]) ? neurons : Infinity });
    if (after.loss === this.now.loss && after.neurons === this.now.neurons) return;
    this.now = after;
    this.#save();
    let party = false;
    for (const what of ["loss", "neurons"]) {
      // Whoever is the first beats nobody.
      if (this.beaten[what] || !Number.isFinite(this.#bar[what]) || after[what] >= this.#bar[what]) continue;
      this.beaten[what] = party = true;
    }
    if (party) this.parties += 1;
  }

  // At most once a second, and a last time when nothing better has come for a while.
  #save() {
    clearTimeout(this.timer);
    const wait = this.#saved + SAVE_MS - Date.now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.#save(), wait);
      return;
    }
    this.#saved = Date.now();
    const all = load(); // another tab may have written
    const mine = best(all[this.#key], this.now);
    delete all[this.#key];
    const kept = Object.entries({ ...all, [this.#key]: mine }).slice(-MOST);
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept), (_, value) => (value === Infinity ? null : value)));
    } catch {
      // Without storage records last as long as the page.
    }
  }

  /** Forget all records; what is on screen now does not become one again. */
  clear() {
    clearTimeout(this.timer);
    this.#cleared = `${this.#run}${this.store.frame?.step}`;
    this.now = this.#bar = best();
    this.beaten = { loss: false, neurons: false };
    try {
      localStorage.removeItem(KEY);
    } catch {
      // There is nothing to forget.
    }
  }
}

/** The records of a store; a tab's stage may be mounted anew, its run goes on. @returns {Records} */
export function recordsOf(store) {
  store.records ??= new Records(store);
  return store.records;
}

/**
 * The line that shows the records.
 * @param {object} store
 * @returns {{element: HTMLElement, update: () => void}} update after every frame
 */
export function recordsLine(store) {
  const records = recordsOf(store);
  const words = h("span", {});
  const clear = h("button.clear", { type: "button", title: "Forget the records of all data in this browser", onclick: () => {
    records.clear();
    update();
  } }, "Clear");
  const element = h("p.records", { hidden: true, onanimationend: () => element.classList.remove("beaten") }, words, clear);
  let seen = records.parties;
  const update = () => {
    const { frame, shape } = store;
    element.hidden = !shape?.samples?.test || !frame || !("test_loss" in frame.numbers);
    if (element.hidden) return;
    const { now, beaten } = records;
    const goal = GOAL["test_accuracy" in frame.numbers ? "accuracy" : "error"];
    const [has, enough] = [Number.isFinite(now.loss), Number.isFinite(now.neurons)];
    const word = sizeWord(shape);
    const star = (what) => (beaten[what] ? "★ " : "");
    const neurons = `${count(now.neurons)} ${word}${now.neurons === 1 ? "" : "s"}`;
    const good = shape.provides.includes("pictures") ? goal.words.replace("points", "pictures") : goal.words;
    setText(words, !has ? `No record yet: ${goal.short} with how few ${word}s?`
      : `Best: ${star("loss")}${word === "neuron" ? "test " : ""}loss ${loss(now.loss)}${enough ? ` · ${star("neurons")}${neurons} for ${goal.short}` : ""}`);
    setAttribute(element, "title", `For this data and loss, in this browser: the lowest test loss${has ? ` (${loss(now.loss)})` : ""} and the fewest ${word === "neuron" ? "hidden neurons" : `${word}s`} `
      + `with ${good}${enough ? ` (${neurons})` : ""}. Only runs count in which nothing was changed while they learned. ★ is new.`);
    clear.hidden = !has && !enough;
    if (seen === records.parties) return;
    seen = records.parties;
    element.classList.add("beaten");
  };
  update();
  return { element, update };
}

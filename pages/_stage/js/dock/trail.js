/**
 * The walk through receipts: which numbers were opened one from another, and the receipt of the one on screen.
 *
 * A place is {address, sample}; sample is null, a training sample's index, or ["test", 3], ["point", x₁, x₂] ….
 * Each change emits "receipt" on the store: {moved} says whether it is another number now.
 */

import { exists, numberAddress, ofSample, placeOf } from "../names.js";
import { same } from "./lines.js";

const PLAYING_MS = 300; // so often at most an open receipt is asked for anew while the run moves,
const SHARE = 4; // and so much less often than it takes, for training goes on
const MOST = 40; // crumbs kept

class Trail {
  crumbs = []; // {address, sample, symbol, name, unfolded}
  at = -1;
  receipt = null; // the one of the crumb that is shown, as the server last described it
  refusal = ""; // or why there is none
  behind = false; // whether the numbers beside it are newer
  #asking = false;
  #again = false;
  #timer = 0;
  #due = -Infinity; // when to ask again while the run moves
  #seen = "";
  #pointing = false;
  #before = null; // what was chosen on the picture before

  constructor(store) {
    this.store = store;
    store.on("sample", () => this.#resample());
    store.on("selected", (place) => this.#selected(place));
  }

  /** The place that is shown; null while no receipt is open. */
  get here() {
    return this.crumbs[this.at] ?? null;
  }

  /** Open a number, or walk on to it. What was walked through already is gone back to. */
  open({ address, sample = this.#sampleOf(address) }) {
    if (sample === undefined) return this.store.say("This number belongs to an input that you made up, so it has no receipt. Go back to a sample to open it.");
    const place = { address, sample, symbol: "", name: "", unfolded: new Set() };
    const known = this.crumbs.findIndex((crumb) => same(crumb, place));
    if (known >= 0) return this.jump(known);
    this.crumbs = [...this.crumbs.slice(0, this.at + 1), place].slice(-MOST);
    return this.jump(this.crumbs.length - 1);
  }

  /** Show one of the crumbs. */
  jump(at) {
    if (!this.crumbs[at]) return;
    if (!this.here) this.#before = this.store.selected;
    Object.assign(this, { at, receipt: null, refusal: "" });
    const { address, sample } = this.here;
    const place = placeOf(address);
    this.#point(exists(this.store.shape, place) ? place : null);
    this.store.emit("receipt", { moved: true });
    this.#choose(sample);
    this.refresh();
  }

  #choose(sample) {
    if (Number.isInteger(sample)) this.store.setSample(sample);
    else if (sample?.[0] === "test" && this.store.shape.shape.length === 3) this.store.setSample(sample[1], "test");
  }

  close() {
    if (!this.here) return;
    clearTimeout(this.#timer);
    Object.assign(this, { crumbs: [], at: -1, receipt: null, refusal: "" });
    this.#point(exists(this.store.shape, this.#before) ? this.#before : null);
    this.store.emit("receipt", { moved: true });
  }

  // The picture shows the place, and the sample, that the receipt speaks of.
  #point(place) {
    this.#pointing = true;
    this.store.setSelected(place);
    this.#pointing = false;
  }

  // While a receipt is open, what is chosen on the picture is opened too.
  #selected(place) {
    if (this.#pointing || !this.here || !place) return;
    this.#before = place;
    this.open({ address: numberAddress(place) });
  }

  /** A frame was painted: the receipt is to be of the same moment, or while the run moves of a late one. */
  follow(frame) {
    // What was is as it was.
    if (!this.here || (frame.playing && this.here.address.includes("@"))) return;
    const seen = [frame.build, frame.revision, frame.step, frame.sample, frame.echo, frame.walk?.index].join();
    if (seen !== this.#seen && !frame.playing && !this.behind) {
      this.behind = true;
      this.store.emit("receipt", { moved: false });
    }
    this.#seen = seen;
    clearTimeout(this.#timer);
    const wait = frame.playing ? this.#due - performance.now() : 0;
    if (wait > 0) this.#timer = setTimeout(() => this.refresh(), wait);
    else if (frame.playing ? !this.#asking : this.behind) this.refresh();
  }

  /** Ask for the receipt as it stands now; one question at a time. */
  async refresh() {
    clearTimeout(this.#timer);
    const crumb = this.here;
    if (!crumb) return;
    this.#again = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    const asked = performance.now();
    const { address, sample } = crumb;
    const answer = await this.store.do("receipt", { address, sample }, { quiet: true });
    this.#asking = false;
    this.#due = asked + Math.max(PLAYING_MS, SHARE * (performance.now() - asked));
    if (crumb === this.here && same(crumb, { address, sample })) this.#take(crumb, answer);
    if (this.#again || crumb !== this.here) this.refresh();
  }

  #take(crumb, answer) {
    // Without a connection the last receipt stays, as the picture does.
    if (answer.type === "refused" && this.store.connection !== "open" && this.receipt) return;
    this.receipt = answer.type === "answer" ? answer.result : null;
    this.refusal = this.receipt ? "" : answer.message ?? "This number could not be opened.";
    if (!this.#again) this.behind = false;
    if (this.receipt) {
      crumb.symbol = this.receipt.symbol || crumb.symbol;
      crumb.name = this.receipt.name;
      if (!this.store.playing) this.#choose(this.receipt.train_sample);
    }
    this.store.emit("receipt", { moved: false });
  }

  // What is shown of a training sample follows the sample that is chosen on the map.
  #resample() {
    const { here } = this;
    const { named } = this.store;
    const follows = Number.isInteger(here?.sample) || (here?.sample?.[0] === "test" && this.store.shape.shape.length === 3);
    const text = JSON.stringify(here?.sample);
    if (!follows || text === JSON.stringify(named)) return;
    for (const crumb of this.crumbs) if (JSON.stringify(crumb.sample) === text) crumb.sample = named;
    this.refresh();
  }

  #sampleOf(address) {
    const { named, whatIf } = this.store;
    if (!ofSample(address) || !whatIf) return ofSample(address) ? named : null;
    return whatIf.pixels || whatIf.beyond || Object.keys(whatIf.inputs).length ? undefined : ["point", ...whatIf.point];
  }
}

/** The trail of a store; it stays when the page is left and entered again. @returns {Trail} */
export function trailOf(store) {
  store.trail ??= new Trail(store);
  return store.trail;
}

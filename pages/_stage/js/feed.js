/** One run's frames: which probes are asked for, and a credit back for every frame that was painted. */

export class Feed {
  #asked = "";
  #owed = 0; // frames painted or skipped whose credit is out

  /**
   * @param {object} link the tab's socket
   * @param {import("./store.js").RunStore} store
   * @param {{name: string, credits: number, changed: () => void}} options the subscription's name, which no other feed
   *   of the page has; how many frames may be on their way; called at each one
   */
  constructor(link, store, { name, credits, changed }) {
    Object.assign(this, { link, store, name, credits });
    this.off = store.on("frame", (frame) => {
      if (frame && frame.subscription !== name) return;
      this.#owed += 1;
      changed();
    });
  }

  /** Whether anything was asked for since the line was there. */
  get open() {
    return this.#asked !== "";
  }

  /** Whether a frame has come that no credit was given back for. */
  get owing() {
    return this.#owed > 0;
  }

  /** Ask for these probes, each once; none: no frames. @param {object[]} probes */
  ask(probes) {
    if (this.link.state !== "open") return;
    const wanted = [...new Map(probes.map((probe) => [JSON.stringify(probe), probe])).values()];
    const asked = JSON.stringify(wanted);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#post({ type: "subscribe", probes: wanted, credits: this.credits });
  }

  /** All that has come is painted. @param {number} perSecond frames painted in the last second */
  painted(perSecond) {
    for (; this.#owed; this.#owed -= 1) this.#post({ type: "credit", frames_per_second: perSecond });
  }

  /** The line is another one: what was asked before is forgotten there. */
  renew() {
    this.#asked = "";
    this.#owed = 0;
  }

  /** Nobody looks any more. */
  end() {
    this.off();
    if (this.open) this.#post({ type: "subscribe", probes: [], credits: 1 });
  }

  #post(message) {
    this.link.post({ ...message, run: this.store.run, subscription: this.name });
  }
}

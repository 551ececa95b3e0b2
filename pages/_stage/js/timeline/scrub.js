/** Moving a run in time. The server carries out only the newest of the seeks that it has been sent. */

const EVERY_MS = 33; // no screen shows more, and the server reads only so many messages a second

/** Pause the runs beside one that comes to rest: all are driven together. @param {import("../store.js").RunStore} store */
export function restBeside(store) {
  for (const other of store.socket.runs) if (other !== store && other.playing) other.command("pause");
}

export class Scrub {
  #sent = 0; // seeks without an answer
  #timer = 0;
  #last = -Infinity;
  /** The step that was asked for and is not on screen yet; null where the screen shows what was asked. */
  target = null;

  /** @param {import("../store.js").RunStore} store @param {() => void} changed the target is another one */
  constructor(store, changed) {
    this.store = store;
    this.changed = changed;
  }

  /** Go to a step. @param {number} step */
  to(step) {
    this.target = step;
    this.changed();
    restBeside(this.store);
    this.#timer ||= setTimeout(() => this.#send(), Math.max(0, this.#last + EVERY_MS - performance.now()));
  }

  async #send() {
    this.#timer = 0;
    this.#last = performance.now();
    const asked = this.target;
    if (asked === null) return;
    this.#sent += 1;
    const answer = await this.store.do("seek", { step: asked });
    this.#sent -= 1;
    if (answer.type === "refused" && this.target === asked) this.target = null;
    this.seen(this.store.frame);
    this.changed();
  }

  /** A frame is on screen. @param {object|null} frame */
  seen(frame) {
    if (!this.#sent && !this.#timer && (frame?.step === this.target || frame?.playing)) this.target = null;
  }

  /** Nobody looks any more. */
  end() {
    clearTimeout(this.#timer);
  }
}

/** A card's picture that is drawn anew with each frame; while the run plays no oftener than anyone can read it. */

import { tokensOf } from "../dom.js";

/** Whose subclass has `host`, `store`, `later` (its `_draw`, throttled) and `_draw`. */
export class Redrawn {
  theme() {
    this.tokens = tokensOf(this.host);
    this.paint();
  }

  resize() {
    this.paint();
  }

  paint() {
    if (this.store.playing) return this.later();
    this.later.cancel();
    return this._draw();
  }
}

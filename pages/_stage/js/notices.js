/**
 * The strip at the foot of the network: short words about what just happened, and trouble with what to do about it.
 * It is the only place that speaks up by itself, so it is also the page's live region.
 */

import { h, setText } from "./dom.js";
import { count, number } from "./format.js";

const READING = 65; // milliseconds a character: a slow reader's 180 words a minute
const LEAST = 4500;
const RATE = "learning.optimizer.learning_rate";

const CONNECTION = {
  lost: "The connection was lost. The picture is the last one that came; trying again.",
  refused: "The server does not know this page any more. Reload it to go on.",
};

export default {
  id: "notices",
  slot: "notices",
  probes: () => [],
  mount: (host, store) => new Notices(host, store),
};

class Notices {
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.queue = [];
    this.timer = 0;
    this.word = h("div.notice", { hidden: true });
    this.live = h("div", { role: "status", "aria-live": "polite", "aria-atomic": "true" }, this.word);
    this.strip = h("div.trouble", { hidden: true });
    this.alert = h("div", { role: "alert" }, this.strip);
    this.root = h("div.notices", {}, this.live, this.alert);
    host.replaceChildren(this.root);
    this.off = [
      store.on("notice", (notice) => this.say(notice.text, notice.kind)),
      store.on("refused", (answer) => this._refused(answer)),
      store.on("run", () => this._trouble()),
      store.on("connection", () => this._connection()),
    ];
    for (const notice of store.unheard.splice(0)) this.say(notice.text, notice.kind);
    this._trouble();
    this._connection();
  }

  /** Shows a sentence for as long as it takes to read. @param {string} text @param {"info"|"warning"|"reset"} [kind] */
  say(text, kind = "info") {
    if (!text || this.queue.some((item) => item.text === text)) return;
    this.queue.push({ text, kind });
    if (this.queue.length > 3) this.queue.splice(1, this.queue.length - 3);
    if (!this.timer) this._next();
  }

  _next() {
    clearTimeout(this.timer);
    this.timer = 0;
    const item = this.queue[0];
    this.word.hidden = !item;
    if (!item) return this._connection();
    this._write(item.text, item.kind, true);
    // Others waiting shorten the stay: a word about an older change is worth less.
    const time = Math.max(LEAST, item.text.length * READING) / (this.queue.length > 1 ? 2 : 1);
    this.timer = setTimeout(() => {
      this.queue.shift();
      this._next();
    }, time);
  }

  _write(text, kind, closable) {
    this.word.hidden = false;
    this.word.dataset.kind = kind;
    const close = () => {
      this.queue.shift();
      this._next();
    };
    this.word.replaceChildren(h("span", {}, text));
    if (closable) {
      this.word.append(h("button.close", { type: "button", "aria-label": "Close this message", onclick: close }, "×"));
    }
  }

  // Stays as long as it lasts.
  _connection() {
    if (this.timer) return;
    const text = CONNECTION[this.store.connection];
    if (text) this._write(text, "warning", false);
    else this.word.hidden = true;
  }

  // A refusal is shown where the value was chosen; only where there is no such place, here.
  _refused({ path, message }) {
    const root = this.host.getRootNode();
    const visible = (name) => (path ? [...root.querySelectorAll(`[${name}="${CSS.escape(path)}"]`)] : [])
      .find((element) => element.offsetParent !== null);
    // The dock's fields say it themselves.
    if (visible("data-address")) return;
    const control = visible("data-control");
    if (control) this._point(control, message);
    else this.say(message, "warning");
  }

  _point(control, message) {
    const bubble = h("div.refusal", { popover: "manual", role: "alert" }, message);
    this.root.append(bubble);
    bubble.showPopover?.();
    const at = control.getBoundingClientRect();
    const own = bubble.getBoundingClientRect();
    const below = at.bottom + 6 + own.height < innerHeight;
    bubble.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
    bubble.style.top = `${below ? at.bottom + 6 : at.top - own.height - 6}px`;
    const gone = () => {
      bubble.remove();
      control.removeEventListener("input", gone);
    };
    control.addEventListener("input", gone);
    setTimeout(gone, Math.max(LEAST, message.length * READING));
  }

  _trouble() {
    const { trouble, stopped, spec, canUndo } = this.store;
    this.strip.hidden = !trouble && !stopped;
    this.strip.classList.toggle("calm", !trouble);
    this.root.classList.toggle("has-trouble", Boolean(trouble));
    if (!trouble) return this._stopped(stopped);
    const rate = spec?.learning?.optimizer?.learning_rate;
    const key = JSON.stringify([trouble, rate, canUndo]);
    if (key === this.key) return;
    this.key = key;
    const smaller = Number.isFinite(rate) ? Number((rate / 10).toPrecision(3)) : null;
    const sentence = h("span.trouble-text");
    setText(sentence, trouble.message);
    this.strip.replaceChildren(sentence,
      ...(canUndo ? [h("button", { type: "button", onclick: () => this.store.command("undo") }, "Undo")] : []),
      ...(smaller ? [h("button", {
        type: "button", title: `Learning rate ${number(rate)} → ${number(smaller)}`,
        onclick: () => this.store.propose({ [RATE]: smaller }),
      }, "Try a smaller rate")] : []));
  }

  // Early stopping changes no weight by itself; it says where the best ones are.
  _stopped(stopped) {
    const key = JSON.stringify(stopped);
    if (!stopped || key === this.key) return;
    this.key = key;
    const sentence = h("span.trouble-text");
    setText(sentence, stopped.message);
    this.strip.replaceChildren(sentence, h("button", {
      type: "button", "data-command": "to_best", title: `Step ${count(stopped.step)}. Undo leads back here.`,
      onclick: () => this.store.command("to_best"),
    }, "Back to the best"));
  }

  paint() {}

  resize() {}

  theme() {}

  destroy() {
    clearTimeout(this.timer);
    this.off.forEach((off) => off?.());
    this.host.replaceChildren();
  }
}

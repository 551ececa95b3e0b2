/**
 * The whole run on one line, from step 0 to the furthest one that it reached: drag it, press it or use the keys,
 * and everything on screen goes to that step, exactly. What lies ahead after going back is drawn lighter.
 */

import { h, setAttribute, setText, throttled } from "../dom.js";
import { count } from "../format.js";
import { icon } from "../icons.js";
import { timeOf } from "../plot/curve.js";
import { tooltip } from "../plot/tooltip.js";
import { restBeside, Scrub } from "../timeline/scrub.js";
import { Track } from "../timeline/track.js";

const REDRAW_MS = 150; // while it trains, the ground is drawn no oftener
const NEAR = 6; // px within which a press means a mark
const text = new TextDecoder();
const PAGE = 20; // so many PageUps lead through the whole run

export default {
  id: "timeline",
  slot: "timeline",
  probes: () => [{ id: "loss_curve" }, { id: "timeline" }],
  mount: (host, store) => new Timeline(host, store),
};

class Timeline {
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.marks = [];
    this.known = null;
    this._build();
    this.track = new Track(this.canvas, store);
    this.scrub = new Scrub(store, () => this._show());
    this.later = throttled(REDRAW_MS, () => this._ground());
    this.listed = throttled(1000, () => this._list());
    this.off = ["run", "view"].map((event) => store.on(event, () => this.paint()));
    this.off.push(store.socket.onRuns(() => this._show()), store.on("go", (by) => this._go(this.shown + by)));
    this.paint();
  }

  _build() {
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.veil = h("i.veil", {});
    this.head = h("i.playhead", {});
    this.slider = h("div.track", {
      role: "slider", tabindex: "0", "aria-label": "Timeline", "aria-valuemin": 0, "aria-orientation": "horizontal",
      onkeydown: (event) => this._key(event), onpointerdown: (event) => this._press(event), onpointermove: (event) => this._move(event),
      onpointerup: (event) => this._release(event), onpointercancel: () => { this.drag = null; }, onpointerleave: () => this.tip.hide(),
    }, h("span.ground", {}, this.canvas, this.veil, this.head));
    this.step = h("b", {});
    this.of = h("small", {});
    this.now = h("button.now", {
      type: "button", title: "Back to the furthest step", "data-command": "now", onclick: () => this._go(this.furthest),
    }, icon("now"), h("span", {}, "Now"));
    this.branch = h("button.branch", {
      type: "button", "data-command": "fork", "data-control": "fork", onclick: () => this._fork(),
    }, icon("branch"), h("span", {}, "Branch from here"));
    this.list = h("ul.unseen", { "aria-label": "Marks on the timeline" });
    this.back = h("button.back", {
      type: "button", "aria-label": "Back one step", title: "Back one step (←)", "data-command": "step_back", onclick: () => this._go(this.shown - 1),
    }, icon("back"));
    this.root = h("section.timeline.card", { "aria-label": "Time", "data-control": "timeline" },
      this.back, this.slider, h("span.where", { "aria-hidden": "true" }, this.step, this.of), this.now, this.branch, this.list);
    this.host.replaceChildren(this.root);
    this.tip = tooltip(this.slider);
  }

  get furthest() {
    return this.store.frame?.furthest ?? this.store.frame?.step ?? 0;
  }

  /** The step on screen, or the one that it is on its way to. */
  get shown() {
    return this.scrub.target ?? this.store.frame?.step ?? 0;
  }

  paint() {
    const { frame } = this.store;
    if (!frame) return;
    this.scrub.seen(frame);
    if (frame.playing) this.later();
    else {
      this.later.cancel();
      this._ground();
    }
    if (frame.playing) this._place();
  }

  _ground() {
    const found = this.store.latest.get("timeline/marks");
    if (found !== this.known) {
      this.known = found;
      this.marks = found ? JSON.parse(text.decode(found.data)) : [];
      this.listed();
    }
    this.track.draw(this.furthest, this.marks);
    this._show();
  }

  _show() {
    this._place();
    this._say();
  }

  // What moves with every frame: two boxes and few words, so that it costs no drawing.
  _place() {
    const { shown, furthest } = this;
    const back = shown < furthest;
    const x = this.track.x(shown);
    const place = `translateX(${x.toFixed(1)}px)`;
    if (this.head.style.transform !== place) this.head.style.transform = this.veil.style.transform = place;
    this.root.classList.toggle("is-past", back);
    setAttribute(this.now, "aria-disabled", String(!back));
    setAttribute(this.back, "aria-disabled", String(!shown));
    setText(this.step, `step ${count(shown)}`);
    setText(this.of, `of ${count(furthest)}`);
  }

  // For who hears it, and for the pointer: no oftener than the ground is drawn.
  _say() {
    const { shown, furthest } = this;
    setAttribute(this.slider, "aria-valuemax", String(furthest));
    setAttribute(this.slider, "aria-valuenow", String(shown));
    setAttribute(this.slider, "aria-valuetext", this._words(shown));
    const most = this.store.limits.max_runs;
    const full = this.store.socket.runs.length >= most;
    setAttribute(this.branch, "aria-disabled", String(full));
    setAttribute(this.branch, "title", full ? `There are ${most} runs side by side already. Close one first.`
      : `A second run from step ${count(shown)}, to try another future`);
  }

  _epoch(step) {
    const { frame, history } = this.store;
    if (step === frame?.step) return Math.floor(frame.epoch);
    return Math.floor(timeOf(history, step) + 1e-4);
  }

  _words(step) {
    const said = this.marks.filter((mark) => mark.step === step).map((mark) => ` ${mark.text}`).join("");
    return `step ${count(step)} of ${count(this.furthest)}, epoch ${count(this._epoch(step))}${said && `.${said}`}`;
  }

  _list() {
    this.list.replaceChildren(...this.marks.map(({ step, text: said }) => h("li", {}, `Step ${count(step)}: ${said}`)));
  }

  _key(event) {
    const { shown, furthest } = this;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.round(furthest / PAGE));
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -page, PageUp: page }[event.key];
    const to = { Home: 0, End: furthest }[event.key] ?? (event.shiftKey && by ? this._nextMark(by) : by && shown + by);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this._go(to);
  }

  _go(to) {
    const step = Math.max(0, Math.min(this.furthest, to));
    if (step !== this.shown) this.scrub.to(step);
  }

  // With Shift the arrows go from mark to mark.
  _nextMark(by) {
    const steps = this.marks.map(({ step }) => step).filter((step) => (step - this.shown) * by > 0);
    if (!steps.length) return by < 0 ? 0 : this.furthest;
    return by < 0 ? Math.max(...steps) : Math.min(...steps);
  }

  _press(event) {
    if (event.button) return;
    this.slider.setPointerCapture(event.pointerId);
    this.drag = { from: event.offsetX, moved: false };
    this.slider.focus({ preventScroll: true });
    const mark = this._near(event.offsetX);
    this.scrub.to(mark ? mark.step : this.track.stepAt(event.offsetX));
  }

  _move(event) {
    const x = event.clientX - this.slider.getBoundingClientRect().left;
    if (this.drag) {
      this.drag.moved ||= Math.abs(x - this.drag.from) > 3;
      const step = this.track.stepAt(x);
      if (this.drag.moved && step !== this.shown) this.scrub.to(step);
    }
    this._tip(x);
  }

  _release(event) {
    this.drag = null;
    if (event.pointerType !== "mouse") this.tip.hide();
  }

  _near(x) {
    return this.marks.map((mark) => ({ ...mark, away: Math.abs(this.track.x(mark.step) - x) }))
      .filter(({ away }) => away <= NEAR).sort((a, b) => a.away - b.away)[0];
  }

  _tip(x) {
    const mark = this._near(x);
    const step = this.drag?.moved ? this.shown : mark?.step ?? this.track.stepAt(x);
    const lines = [`step ${count(step)} · epoch ${count(this._epoch(step))}`];
    if (mark) lines.push(h("b", {}, mark.text));
    this.tip.show(x, 0, lines);
  }

  async _fork() {
    if (this.branch.getAttribute("aria-disabled") === "true") return;
    const { store, shown, furthest } = this;
    restBeside(store);
    const answer = await store.do("fork", { step: shown, changes: {} });
    if (answer.type !== "answer") return;
    // The other future is tried in the branch; this run keeps its own, which Play would otherwise drop.
    if (shown < furthest) store.do("seek", { step: furthest });
    store.socket.choose(answer.result.run);
  }

  resize() {
    this.track.key = "";
    this.paint();
  }

  theme() {
    this.track.theme();
    this.paint();
  }

  destroy() {
    this.later.cancel();
    this.listed.cancel();
    this.scrub.end();
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

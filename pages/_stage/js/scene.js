/**
 * One run on the stage: its skeleton, views and transport, and the painting: every frame in one animation
 * frame, whose credit then goes back to the server.
 */

import dock from "./dock.js";
import receipt from "./dock/receipt.js";
import { Feed } from "./feed.js";
import notices from "./notices.js";
import { buildShell } from "./shell.js";
import { grouped, offered, provided } from "./tabs.js";
import { Film } from "./takeaway/film.js";
import { mountTransport } from "./transport.js";

const CREDITS = 2;
const PHONE = 760; // px of width
const ASK_MS = 60; // at most so often other probes are asked for

export class Scene {
  #pending = 0;
  #painted = []; // times of the frames of the last second
  #asking = 0;
  #views = [];
  #off = [];
  #stale = true; // controls may have been made anew, and some of them are to be hidden
  #gone = false;

  /**
   * @param {HTMLElement} stage
   * @param {import("./store.js").RunStore} store
   * @param {{views: object[], run: (command: string) => void, playing: () => boolean, looked: () => void}} page
   *   the modules of the views; what a button does; whether any run of the page plays; told when other probes
   *   may be wanted
   */
  constructor(stage, store, { views, run, playing, looked }) {
    Object.assign(this, { stage, store, looked });
    // A run keeps its film when the page is left and entered again, as it keeps its history.
    store.film ??= new Film(store);
    store.repainted = () => this.repainted();
    this.feed = new Feed(store.socket, store, { name: `stage-${store.run}`, credits: CREDITS, changed: () => this.repaint() });
    this.shell = buildShell(stage, store.run);
    this.transport = mountTransport(this.shell.bar, store, run, playing);
    this.modules = [...grouped(views), dock, receipt, notices];
    this.#mount([dock, receipt, notices]);
    this.#off.push(
      store.on("run", () => this.#projected()),
      store.on("walk", () => this.transport.update()),
      store.on("connection", (state) => this.#connection(state)),
      ...["hover", "pointed", "selected", "sample", "view", "walk", "asked"].map((event) => store.on(event, () => this.#look())));
    this.resize();
    if (store.shape) this.#projected();
    this.#connection(store.connection);
  }

  /** One view in each slot: the first of its modules that has something to show of the run as it is. */
  #mount(modules) {
    const before = this.#views;
    for (const slot of new Set(modules.map((module) => module.slot))) {
      const inSlot = modules.filter((module) => module.slot === slot);
      const module = this.store.shape ? offered(inSlot, this.store)[0] : inSlot[0];
      const old = this.#views.find((entry) => entry.module.slot === slot);
      if (old?.module === module) continue;
      old?.view.destroy?.();
      this.#views = this.#views.filter((entry) => entry !== old);
      if (module) this.#views.push({ module, view: module.mount(this.shell.slots.get(slot), this.store) });
    }
    if (this.#views !== before) this.resize();
  }

  #projected() {
    if (this.store.shape) this.#mount(this.modules);
    this.transport.update();
    this.#look();
  }

  /** What is looked at changed: other probes perhaps, and in any case another picture. */
  #look() {
    this.#stale = true;
    this.#asking ||= setTimeout(() => {
      this.#asking = 0;
      this.#ask();
    }, this.feed.open ? ASK_MS : 0);
    this.repaint();
  }

  #ask() {
    const { store } = this;
    if (!store.shape) return;
    this.feed.ask(this.#views.flatMap(({ module }) => module.probes(store)).filter((probe) => provided(store, probe)));
    this.looked();
  }

  /** The probes that the views want of every other run on the page. */
  others() {
    return this.#views.flatMap(({ module }) => module.others?.(this.store) ?? []);
  }

  #connection(state) {
    this.shell.connection(state);
    this.feed.renew();
    if (state === "open") this.#ask();
    this.update();
  }

  /** Another run plays or rests. */
  update() {
    this.transport.update();
    this.repaint();
  }

  /** The page has other colours. */
  theme() {
    for (const { view } of this.#views) view.theme?.();
    this.repaint();
  }

  /** Everything painted anew: when that is done. @returns {Promise<void>} */
  repainted() {
    this.theme();
    return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }

  repaint() {
    if (this.#gone) return;
    this.#pending ||= requestAnimationFrame((now) => this.#paint(now));
  }

  #paint(now) {
    this.#pending = 0;
    const { store } = this;
    const { frame } = store;
    if (this.#stale) this.shell.hide(store.view.hidden ?? []);
    this.#stale = false;
    if (this.feed.owing) this.#painted.push(now);
    while (this.#painted[0] <= now - 1000) this.#painted.shift();
    store.framesPerSecond = this.#painted.length;
    if (frame) {
      for (const { view } of this.#views) view.paint?.(frame);
      this.transport.paint(frame);
    }
    this.feed.painted(store.framesPerSecond);
  }

  resize() {
    const { stage } = this;
    stage.classList.toggle("phone", stage.clientWidth < PHONE);
    for (const { view } of this.#views) view.resize?.();
    this.#stale = true;
    this.repaint();
  }

  destroy() {
    this.#gone = true;
    for (const off of this.#off) off();
    clearTimeout(this.#asking);
    cancelAnimationFrame(this.#pending);
    for (const { view } of this.#views) view.destroy?.();
    this.feed.end();
    this.shell.root.remove();
  }
}

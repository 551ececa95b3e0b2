/**
 * The stage: what the Streamlit component mounts. It joins socket, store, views and transport, and
 * paints: every frame in one animation frame, whose credit then goes back to the server.
 */

import { followAddress } from "./address.js";
import dock from "./dock.js";
import receipt from "./dock/receipt.js";
import { listen } from "./keys.js";
import notices from "./notices.js";
import { buildShell } from "./shell.js";
import { connect } from "./socket.js";
import { grouped, offered, provided } from "./tabs.js";
import { Film } from "./takeaway/film.js";
import { mountTransport } from "./transport.js";

const RUN = "main";
const SUBSCRIPTION = "s1";
const CREDITS = 2;
const PHONE = 760; // px of width
const SYNC_MS = 250; // after the last edit, Streamlit's widgets follow
const ASK_MS = 60; // at most so often other probes are asked for

const stages = new WeakMap();

/** Whether a CSS colour is dark, by its relative luminance. */
function isDark(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(context.fillStyle.slice(at, at + 2), 16));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

class Stage {
  #owed = 0; // frames painted or skipped whose credit is out
  #pending = 0;
  #painted = []; // times of the frames of the last second
  #asked = "";
  #asking = 0;
  #syncing = 0;
  #views = [];
  #off = [];
  #stale = true; // controls may have been made anew, and some of them are to be hidden
  #gone = false;

  constructor(component) {
    const { parentElement } = component;
    this.component = component;
    this.root = parentElement;
    this.host = parentElement.host ?? parentElement;
    this.link = connect(component.data.base, component.data.token);
    this.store = this.link.store(RUN);
    // A run keeps its film when the page is left and entered again, as it keeps its history.
    this.store.film ??= new Film(this.store);
    this.#off.push(this.link.onToken((token) => {
      if (token !== this.component.data.token) this.component.setStateValue("token", token);
    }));
    this.#readTheme();
    this.#build();
  }

  async #build() {
    const { base, views, page } = this.component.data;
    const sheets = ["stage.css", "views.css", "receipt.css"].map((file) => {
      const sheet = document.createElement("link");
      Object.assign(sheet, { rel: "stylesheet", href: `${location.origin}${base}/stage/${file}` });
      this.root.append(sheet);
      return new Promise((resolve) => { sheet.onload = sheet.onerror = resolve; });
    });
    const modules = views.map((id) => import(`./views/${id}.js`).then((module) => module.default));
    const loaded = await Promise.all([Promise.all(modules), ...sheets]);
    if (this.#gone) return;
    const { store } = this;
    this.shell = buildShell(this.root, RUN);
    this.transport = mountTransport(this.shell.bar, store, (command) => this.run(command));
    this.modules = [...grouped(loaded[0]), dock, receipt, notices];
    this.#mount([dock, receipt, notices]);
    this.#off.push(
      store.on("run", () => this.#projected()),
      store.on("frame", () => this.#frame()),
      store.on("connection", (state) => this.#connection(state)),
      ...["hover", "selected", "sample", "view"].map((event) => store.on(event, () => this.#look())),
      listen((command) => this.run(command), (control) => store.view.hidden.includes(control)));
    if (page === "playground") this.#off.push(followAddress(store));
    const watch = new ResizeObserver(() => this.#resize());
    watch.observe(this.shell.stage);
    // Text on a canvas stays in the wrong font if it was drawn before the right one came.
    const fonts = () => this.#resize();
    document.fonts.addEventListener("loadingdone", fonts);
    this.#off.push(() => watch.disconnect(), () => document.fonts.removeEventListener("loadingdone", fonts));
    this.#resize();
    if (store.shape) this.#projected();
    this.#connection(this.link.state);
  }

  /** Streamlit called again: other data, or another theme. */
  update(component) {
    this.component = component;
    this.link.offer(component.data.token);
    this.#readTheme();
  }

  #readTheme() {
    const ground = getComputedStyle(this.host).getPropertyValue("--st-background-color").trim();
    const theme = ground && isDark(ground) ? "dark" : "light";
    if (this.host.dataset.theme === theme) return;
    this.host.dataset.theme = theme;
    this.store.emit("theme", theme);
    for (const { view } of this.#views) view.theme?.();
    this.#repaint();
  }

  /** Do what a key or a button of the bar says. */
  async run(command) {
    const { store } = this;
    if (command === "toggle") return store.command(store.playing ? "pause" : "play");
    if (command === "projector") return this.#projector();
    if (command === "help" || command === "share") {
      const dialog = await import(`./dialogs/${command}.js`);
      return dialog.open(this.shell.stage, store);
    }
    if (command === "step_sample" && store.shape?.sample_step?.allowed === false) {
      return store.say(store.shape.sample_step.why);
    }
    return command === "speed" ? undefined : store.command(command);
  }

  #projector() {
    const on = this.shell.stage.classList.toggle("projector");
    // The page's sidebar is Streamlit's; one rule in the document hides it.
    document.documentElement.toggleAttribute("data-glassbox-projector", on);
    if (!document.getElementById("glassbox-projector")) {
      const style = document.createElement("style");
      style.id = "glassbox-projector";
      style.textContent = "[data-glassbox-projector] [data-testid=stSidebar] { display: none; }";
      document.head.append(style);
    }
    this.#resize();
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
    if (this.#views !== before) this.#resize();
  }

  #projected() {
    const { store } = this;
    this.#sync();
    if (store.shape) this.#mount(this.modules);
    this.transport.update();
    this.#look();
  }

  /** What is looked at changed: other probes perhaps, and in any case another picture. */
  #look() {
    this.#stale = true;
    this.#asking ||= setTimeout(() => {
      this.#asking = 0;
      this.#ask();
    }, this.#asked ? ASK_MS : 0);
    this.#repaint();
  }

  #ask() {
    const { store } = this;
    if (!store.shape || this.link.state !== "open") return;
    const wanted = new Map();
    for (const { module } of this.#views) {
      for (const probe of module.probes(store)) {
        if (provided(store, probe)) wanted.set(JSON.stringify(probe), probe);
      }
    }
    const probes = [...wanted.values()];
    const asked = JSON.stringify(probes);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.link.post({ type: "subscribe", run: RUN, subscription: SUBSCRIPTION, probes, credits: CREDITS });
  }

  #connection(state) {
    this.shell.connection(state);
    this.#asked = "";
    this.#owed = 0;
    if (state === "open") this.#ask();
    this.transport.update();
    this.#repaint();
  }

  #frame() {
    this.#owed += 1;
    this.#repaint();
  }

  #repaint() {
    if (!this.shell || this.#gone) return;
    this.#pending ||= requestAnimationFrame((now) => this.#paint(now));
  }

  #paint(now) {
    this.#pending = 0;
    const { store } = this;
    const { frame } = store;
    if (this.#stale) this.shell.hide(store.view.hidden ?? []);
    this.#stale = false;
    if (this.#owed) this.#painted.push(now);
    while (this.#painted[0] <= now - 1000) this.#painted.shift();
    store.framesPerSecond = this.#painted.length;
    if (frame) {
      for (const { view } of this.#views) view.paint?.(frame);
      this.transport.paint(frame);
    }
    for (; this.#owed; this.#owed -= 1) {
      this.link.post({ type: "credit", run: RUN, subscription: SUBSCRIPTION, frames_per_second: store.framesPerSecond });
    }
  }

  #resize() {
    const { stage } = this.shell;
    stage.classList.toggle("phone", stage.clientWidth < PHONE);
    // What lies fixed at the foot begins where the page does, not under an open sidebar.
    const page = this.host.closest("[data-testid=stMain]");
    stage.style.setProperty("--stage-left", `${page?.getBoundingClientRect().left ?? 0}px`);
    for (const { view } of this.#views) view.resize?.();
    this.#stale = true;
    this.#repaint();
  }

  /** Once the run rests: have the page's script run if it drew an older revision, so that its widgets follow. */
  #sync() {
    clearTimeout(this.#syncing);
    this.#syncing = setTimeout(() => {
      const { component, store } = this;
      if (store.revision > (component.data.revision ?? 0)) component.setTriggerValue("synced", store.revision);
    }, SYNC_MS);
  }

  destroy() {
    this.#gone = true;
    for (const off of this.#off) off();
    for (const timer of [this.#asking, this.#syncing]) clearTimeout(timer);
    cancelAnimationFrame(this.#pending);
    for (const { view } of this.#views) view.destroy?.();
    // Nobody looks any more: no frames until somebody does.
    this.link.post({ type: "subscribe", run: RUN, subscription: SUBSCRIPTION, probes: [], credits: 0 });
    this.link.release();
    document.documentElement.removeAttribute("data-glassbox-projector");
    this.root.querySelectorAll(".stage, link[rel=stylesheet][href*='/stage/']").forEach((node) => node.remove());
  }
}

/**
 * Show the stage in an element; called again for the same element it only takes in what changed.
 *
 * @param {{parentElement: ShadowRoot|HTMLElement, data: {base: string, token: string, views: string[],
 *   page: string}, setStateValue: Function, setTriggerValue: Function}} component
 */
export function mount(component) {
  const known = stages.get(component.parentElement);
  if (known) known.update(component);
  else stages.set(component.parentElement, new Stage(component));
}

/** Take the stage away; the socket stays a moment, in case the next page wants it. */
export function unmount(parentElement) {
  stages.get(parentElement)?.destroy();
  stages.delete(parentElement);
}

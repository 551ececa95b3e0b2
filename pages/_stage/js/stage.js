/**
 * The stage: what the Streamlit component mounts. It joins socket and runs, shows one of them in full (a
 * `Scene`) and its branches beside it, and knows what belongs to the page: keys, theme, projector.
 */

import { followAddress } from "./address.js";
import { Branches } from "./branches.js";
import { h } from "./dom.js";
import { listen } from "./keys.js";
import { enter, leave, move } from "./microscope/control.js";
import { Scene } from "./scene.js";
import { connect, MAIN } from "./socket.js";

const SHEETS = ["stage.css", "views.css", "pictures.css", "receipt.css", "microscope.css", "time.css", "samples.css", "builder.css"];
const SYNC_MS = 250; // after the last edit, Streamlit's widgets follow
const TOGETHER = new Set(["play", "pause", "step_sample", "step_batch", "step_epoch", "speed"]); // what all runs do at once

const stages = new WeakMap();

/** Whether a CSS colour is dark, by its relative luminance. */
function isDark(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(context.fillStyle.slice(at, at + 2), 16));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

class Stage {
  #syncing = 0;
  #off = [];
  #gone = false;

  constructor(component) {
    const { parentElement } = component;
    this.component = component;
    this.root = parentElement;
    this.host = parentElement.host ?? parentElement;
    this.link = connect(component.data.base, component.data.token);
    this.link.store(MAIN);
    this.#off.push(this.link.onToken((token) => {
      if (token !== this.component.data.token) this.component.setStateValue("token", token);
    }));
    this.#readTheme();
    this.#build();
  }

  async #build() {
    const { base, views, page } = this.component.data;
    const sheets = SHEETS.map((file) => {
      const sheet = document.createElement("link");
      Object.assign(sheet, { rel: "stylesheet", href: `${location.origin}${base}/stage/${file}` });
      this.root.append(sheet);
      return new Promise((resolve) => { sheet.onload = sheet.onerror = resolve; });
    });
    const modules = views.map((id) => import(`./views/${id}.js`).then((module) => module.default));
    const loaded = await Promise.all([Promise.all(modules), ...sheets]);
    if (this.#gone) return;
    this.modules = loaded[0];
    this.stage = h("div.stage", { lang: "en" });
    this.root.append(this.stage);
    this.branches = new Branches(this.stage, this.link);
    this.#show();
    this.#off.push(
      this.link.onRuns(() => this.#runs()),
      listen((command) => this.run(command), (control) => this.scene.store.view.hidden.includes(control),
        () => (this.scene.store.walk ? "walk" : null)));
    if (page === "playground") this.#off.push(followAddress(this.link.store(MAIN)));
    const watch = new ResizeObserver(() => this.#resize());
    watch.observe(this.stage);
    // Text on a canvas stays in the wrong font if it was drawn before the right one came.
    const fonts = () => this.#resize();
    document.fonts.addEventListener("loadingdone", fonts);
    this.#off.push(() => watch.disconnect(), () => document.fonts.removeEventListener("loadingdone", fonts));
    this.#resize();
  }

  /** Show the chosen run in full. */
  #show() {
    const held = this.scene?.shell.root.contains(this.root.activeElement ?? document.activeElement);
    this.scene?.destroy();
    const store = this.link.chosen;
    this.scene = new Scene(this.stage, store, {
      views: this.modules,
      run: (command, args) => this.run(command, args),
      playing: () => this.link.runs.some(({ playing }) => playing),
      looked: () => this.branches.ask(this.scene?.others() ?? []),
    });
    this.branches.update();
    this.branches.ask(this.scene.others());
    if (held) this.branches.focus(); // who made a branch by keyboard goes on at its card
    this.#resize();
    this.#sync();
  }

  /** A run came, went, changed, or another one was chosen. */
  #runs() {
    if (this.scene.store !== this.link.chosen) this.#show();
    else {
      this.branches.update();
      this.scene.update();
      this.#sync();
    }
  }

  /** Streamlit called again: other data, or another theme. */
  update(component) {
    this.component = component;
    this.link.offer(component.data.token);
    this.#readTheme();
    this.#answer();
  }

  /** The page asks for a dialog of the stage's, once for each press. */
  async #answer() {
    const { ask } = this.component.data;
    if (!ask || ask === this.asked || !this.scene) return;
    this.asked = ask;
    const dialog = await import(`./dialogs/${ask.split(":")[1]}.js`);
    dialog.open(this.scene.shell.root, this.scene.store);
  }

  #readTheme() {
    const ground = getComputedStyle(this.host).getPropertyValue("--st-background-color").trim();
    const theme = ground && isDark(ground) ? "dark" : "light";
    if (this.host.dataset.theme === theme) return;
    this.host.dataset.theme = theme;
    for (const store of this.link.runs) store.emit("theme", theme);
    this.scene?.theme();
    this.branches?.theme();
  }

  /** Do what a key or a button of the bar says: what trains, to all runs on the page; the rest to the chosen one. */
  async run(command, args) {
    const { store } = this.scene;
    if (command === "toggle") return this.run(this.link.runs.some(({ playing }) => playing) ? "pause" : "play");
    if (command === "microscope") return store.walk ? leave(store) : enter(store);
    const [, way, by] = /^walk_(next|back)_(\w+)$/.exec(command) ?? [];
    if (way) return move(store, way === "next" ? 1 : -1, by);
    if (command === "step_back") return store.emit("go", -1);
    if (command === "edit") return store.emit("edit");
    if (command === "projector") return this.#projector();
    if (command === "help" || command === "share") {
      const dialog = await import(`./dialogs/${command}.js`);
      return dialog.open(this.scene.shell.root, store);
    }
    if (command === "step_sample" && store.shape?.sample_step?.allowed === false) {
      return store.say(store.shape.sample_step.why);
    }
    const told = TOGETHER.has(command) ? this.link.runs : [store];
    return Promise.all(told.map((each) => each.command(command, args)));
  }

  #projector() {
    const on = this.stage.classList.toggle("projector");
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

  #resize() {
    // What lies fixed at the foot begins where the page does, not under an open sidebar.
    const page = this.host.closest("[data-testid=stMain]");
    this.stage.style.setProperty("--stage-left", `${page?.getBoundingClientRect().left ?? 0}px`);
    this.scene.resize();
    this.branches.resize();
  }

  /** Once the run rests: have the page's script run if it drew an older revision or another run, so that its widgets follow. */
  #sync() {
    clearTimeout(this.#syncing);
    this.#syncing = setTimeout(() => {
      const { component, scene: { store } } = this;
      if (!store.revision) return;
      const other = store.run !== this.link.worked;
      this.link.worked = store.run;
      if (other) component.setStateValue("run", store.run);
      else if (store.revision > (component.data.revision ?? 0)) component.setTriggerValue("synced", store.revision);
    }, SYNC_MS);
  }

  destroy() {
    this.#gone = true;
    for (const off of this.#off) off();
    clearTimeout(this.#syncing);
    this.scene?.destroy();
    this.branches?.destroy();
    this.link.release();
    document.documentElement.removeAttribute("data-glassbox-projector");
    this.root.querySelectorAll(".stage, link[rel=stylesheet][href*='/stage/']").forEach((node) => node.remove());
  }
}

/**
 * Show the stage in an element; called again for the same element it only takes in what changed.
 *
 * @param {{parentElement: ShadowRoot|HTMLElement, data: {base: string, token: string, run: string, views: string[],
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

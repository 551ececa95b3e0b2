/**
 * Tabs on a card: every view of one slot that has a label is one of them. Only the one that is shown is mounted,
 * painted and subscribed to, so the others cost nothing. Which one that is belongs to what the run shows
 * (`view.<slot>`), and so to its link.
 */

import { openDialog } from "./dialogs/dialog.js";
import { h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";

const FIRST = 100; // the place of a view that does not say where it wants to be

const words = (text, store) => (typeof text === "function" ? text(store) : text);
/** Whether the run's task provides what a probe needs. */
export function provided(store, probe) {
  const needs = store.catalogue.probes?.find(({ id }) => id === probe.id)?.needs ?? [];
  return needs.every((part) => store.shape.provides.includes(part));
}

// A task without a network, say, has no picture of one.
function fits(store, module) {
  const probes = module.probes(store);
  return !probes.length || probes.some((probe) => provided(store, probe));
}

/** Those of `modules` that have something to show of this run. */
export const offered = (modules, store) =>
  modules.filter((module) => (module.shown?.(store) ?? true) && fits(store, module));

function chosen(modules, store) {
  const all = offered(modules, store);
  return all.find((module) => module.id === store.view?.[module.slot]) ?? all[0];
}

/**
 * Views as they are to be mounted: those with a label put together, one card for each slot.
 *
 * A view with a label has besides `id`, `slot`, `probes` and `mount(host, store, tools)`: `label`, a text or
 * (store) → text; `order`, a number; `shown(store)`, whether it is there at all, if that depends on the run.
 * `tools` is a place for its keys and buttons. What it mounts may have `enlarge()`; without, the view itself is
 * mounted again in a large dialog.
 * @param {object[]} modules
 */
export function grouped(modules) {
  const single = modules.filter((module) => !module.label);
  const slots = [...new Set(modules.filter((module) => module.label).map((module) => module.slot))];
  const tabs = (slot) => modules.filter((module) => module.label && module.slot === slot);
  return [...single, ...slots.map((slot) => tabbed(slot, tabs(slot)))];
}

function tabbed(slot, modules) {
  const inOrder = modules.sort((a, b) => (a.order ?? FIRST) - (b.order ?? FIRST) || a.id.localeCompare(b.id));
  return {
    id: slot,
    slot,
    probes: (store) => chosen(inOrder, store)?.probes(store) ?? [],
    others: (store) => chosen(inOrder, store)?.others?.(store) ?? [],
    mount: (host, store) => new Tabs(host, store, slot, inOrder),
  };
}

class Tabs {
  constructor(host, store, slot, modules) {
    Object.assign(this, { host, store, slot, modules });
    this.list = h("div.tabs", { role: "tablist", "aria-label": "What the curves show" });
    this.tools = h("span.tools", {});
    this.large = h("button.chip.icon", {
      type: "button", title: "Enlarge the curves", "aria-label": "Enlarge the curves", onclick: () => this._enlarge(),
    }, icon("enlarge"));
    this.panel = h("div.tab-panel", { role: "tabpanel", id: `panel-${slot}` });
    this.root = h("section.card.curve-card", { "aria-label": "Curves" },
      h("header.card-head", {}, this.list), h("div.tool-row", {}, this.tools, this.large), this.panel);
    host.replaceChildren(this.root);
    this.off = ["run", "view"].map((event) => store.on(event, () => this._choose()));
    this._choose();
  }

  _choose() {
    const { store } = this;
    const all = offered(this.modules, store);
    const module = chosen(this.modules, store);
    const key = all.map((entry) => entry.id).join();
    if (key !== this.key) {
      this.key = key;
      const held = this.list.contains(this.list.getRootNode().activeElement);
      this.list.replaceChildren(...all.map((entry) => h("button.tab", {
        type: "button", role: "tab", id: `tab-${entry.id}`, "data-tab": entry.id, "aria-controls": this.panel.id,
        onclick: () => this._show(entry), onkeydown: (event) => this._key(event),
      })));
      if (held) this.list.querySelector(`#tab-${module.id}`)?.focus();
    }
    for (const tab of this.list.children) {
      const entry = all.find(({ id }) => id === tab.dataset.tab);
      const on = entry === module;
      setText(tab, words(entry.label, store));
      setAttribute(tab, "aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    if (module === this.module) return;
    this.module = module;
    this.view?.destroy?.();
    this.tools.replaceChildren();
    this.panel.replaceChildren();
    setAttribute(this.panel, "aria-labelledby", `tab-${module.id}`);
    this.panel.dataset.view = module.id;
    this.view = module.mount(this.panel, store, this.tools);
    this._reveal(this.list.querySelector(`#tab-${module.id}`));
  }

  // Only the list scrolls: `scrollIntoView` would also scroll the page, on a phone away from the network.
  _reveal(tab) {
    const [list, box] = [this.list, tab].map((element) => element.getBoundingClientRect());
    this.list.scrollLeft += Math.min(0, box.left - list.left) + Math.max(0, box.right - list.right);
  }

  _show(module) {
    if (module !== this.module) this.store.setView({ [this.slot]: module.id });
  }

  // As in every list of tabs: arrow keys, Home and End move and choose.
  _key(event) {
    const tabs = [...this.list.children];
    const at = tabs.indexOf(event.currentTarget);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    next.focus();
    next.click();
  }

  _enlarge() {
    if (this.view.enlarge) {
      this.view.enlarge();
      return;
    }
    const { module, store } = this;
    const place = h("div.chart.tab-panel");
    const tools = h("span.tools");
    openDialog(this.host, {
      title: words(module.label, store), wide: true, body: [h("div.tool-row", {}, tools), place],
      onclose: () => {
        this.enlarged?.destroy?.();
        this.enlarged = null;
      },
    });
    this.enlarged = module.mount(place, store, tools);
    this.enlarged.resize?.();
    this.enlarged.paint?.(store.frame);
  }

  paint(frame) {
    if (this.key && offered(this.modules, this.store).map((entry) => entry.id).join() !== this.key) this._choose();
    this.view.paint?.(frame);
    this.enlarged?.paint?.(frame);
  }

  resize() {
    this.view.resize?.();
    this.enlarged?.resize?.();
  }

  theme() {
    this.view.theme?.();
    this.enlarged?.theme?.();
  }

  destroy() {
    this.off.forEach((off) => off());
    this.view?.destroy?.();
    this.host.replaceChildren();
  }
}

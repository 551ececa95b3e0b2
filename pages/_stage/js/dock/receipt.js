/**
 * The receipt: where the number that was opened comes from. It lies over the curves and the details, where it
 * covers nothing of the network and moves nothing; on a phone it is a sheet from below.
 */

import { h, setAttribute, setText } from "../dom.js";
import { count, exact, size } from "../format.js";
import { remember } from "../socket.js";
import { gradientOf, sampleName } from "../names.js";
import { Lines, opener } from "./lines.js";
import { listenForNumbers } from "./openable.js";
import { trailOf } from "./trail.js";

const TELLING_KEY = "glassbox.telling";
const TELLINGS = [["numbers", "Numbers"], ["words", "Words"], ["code", "Code"]];
const MOST_LINKS = 200; // the server names no more of them
const FEW = 5; // numbers that it leads to, before the rest is folded
const ODD = { inf: Infinity, "-inf": -Infinity, nan: NaN }; // as JSON has them
const real = (value) => (typeof value === "string" ? ODD[value] : value);
// The sample has its own place beside the title.
const bare = (name, sample) => (sampleName(sample) ? name.replaceAll(`, ${sampleName(sample)}`, "") : name);
const key = ({ address, sample = null }) => JSON.stringify([address, sample]);

export default {
  id: "receipt",
  slot: "receipt",
  probes: () => [],
  mount: (host, store) => new Receipt(host, store),
};

class Receipt {
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.trail = trailOf(store);
    this.telling = TELLINGS.some(([id]) => id === remember(TELLING_KEY)) ? remember(TELLING_KEY) : "numbers";
    this._build();
    this.off = [listenForNumbers(host.closest("[data-run]"), store.run, (place) => this.trail.open(place)), store.on("receipt", ({ moved }) => this._show(moved)), store.on("run", () => this._samples())];
    const down = (event) => this._key(event);
    window.addEventListener("keydown", down);
    this.off.push(() => window.removeEventListener("keydown", down));
    this._show(false);
  }

  _build() {
    const button = (label, sign, onclick, extra = {}) => h("button.chip", { type: "button", "aria-label": label, title: label, onclick, ...extra }, sign);
    this.title = h("h3", { tabindex: "-1" });
    this.back = button("Back (Alt ←)", "‹", () => this._go(-1));
    this.forth = button("Forward (Alt →)", "›", () => this._go(1));
    this.crumbs = h("ol.crumbs", { "aria-label": "The way here" });
    this.tabs = TELLINGS.map(([id, label]) => h("button.telling", { type: "button", role: "tab", "data-telling": id, onclick: () => this._tell(id) }, label));
    this.when = h("span.when", {});
    this.sample = h("span.sample", { role: "group", "aria-label": "Sample whose values are shown" },
      button("Sample before", "‹", () => this._sample(-1)), this.which = h("span", {}), button("Next sample", "›", () => this._sample(1)));
    this.linesHost = h("div.lines", { role: "tabpanel" });
    this.lines = new Lines(this.linesHost, () => this._write());
    this.result = h("p.result", {}, h("span", {}), h("b", {}), this.when);
    this.check = h("p.check", {}, h("span.tick", { "aria-hidden": "true" }), h("span", {}));
    this.sentence = h("p.sentence", {});
    this.refusal = h("p.complaint", { role: "alert" });
    this.leads = h("div.leads", {});
    this.live = h("div.unseen", { role: "status", "aria-live": "polite" });
    this.body = h("div.receipt-body", {}, this.sentence, this.linesHost, this.leads);
    this.foot = h("div.receipt-foot", {}, this.result, this.check);
    this.root = h("section.card.receipt", { "aria-label": "Receipt" },
      h("header.card-head", {}, this.title, button("Close (Esc)", "×", () => this.close(), { class: "close" })),
      h("nav.trail", { "aria-label": "Steps" }, h("span.joined", {}, this.back, this.forth), this.crumbs),
      h("div.telling-row", {}, h("div", { role: "tablist", "aria-label": "How it is told" }, ...this.tabs), this.sample),
      this.refusal, this.body, this.foot, this.live);
    this.root.addEventListener("keydown", (event) => this._walk(event));
    this.body.hidden = this.foot.hidden = this.refusal.hidden = true;
    this.host.replaceChildren(this.root);
  }

  /** Something else is open, or the same anew. */
  _show(moved) {
    const open = Boolean(this.trail.here);
    const { hidden } = this.host;
    if (hidden && open) this.from = this.host.getRootNode().activeElement;
    this.host.hidden = !open;
    if (!open) return hidden ? undefined : this._return();
    this.moved ||= moved;
    this._write();
    if (moved) this.title.focus({ preventScroll: true });
    return undefined;
  }

  _write() {
    const { trail: { here, receipt, refusal, behind } } = this;
    // What was read stays, paler, until the next has come: a moment, mostly.
    const waiting = !receipt && !refusal;
    this.root.classList.toggle("is-behind", behind || waiting);
    setAttribute(this.root, "aria-busy", String(waiting));
    this._crumbs();
    this._samples();
    this.tabs.forEach((tab) => {
      const chosen = tab.dataset.telling === this.telling;
      setAttribute(tab, "aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    });
    if (waiting) return;
    setText(this.title, bare(receipt?.name ?? (here.name || "This number can’t be opened now"), here.sample));
    setAttribute(this.title, "title", receipt?.name ?? "");
    this.refusal.hidden = !refusal;
    setText(this.refusal, refusal);
    this.body.hidden = this.foot.hidden = !receipt;
    if (!receipt) return;
    const { telling } = this;
    const names = new Map((receipt.links ?? []).map((link) => [key(link), link.name]));
    const lines = telling === "code" ? receipt.code.split("\n").map((text) => [{ text, kind: "code" }]) : receipt[telling].map(
      (line) => line.map((token) => (token.kind === "word" ? { ...token, text: bare(token.text, here.sample) } : token)));
    setAttribute(this.linesHost, "data-telling", telling);
    this.lines.show(lines, here, telling, (place) => names.get(key(place)) ?? "");
    setText(this.sentence, receipt.sentence ?? "");
    setText(this.when, Number.isFinite(receipt.step) ? `step ${count(receipt.step)}` : "");
    this._result(receipt);
    const followed = new Set(lines.flat().map(key));
    this._leads(receipt.leads_to ?? [], telling === "numbers" ? [] : receipt.links.filter((link) => !followed.has(key(link))));
    if (this.moved) this.body.scrollTop = 0;
    this.moved = false;
  }

  _result(receipt) {
    const [symbol, value] = this.result.children;
    const [found, check, difference] = [receipt.value, receipt.check, receipt.difference].map(real);
    setText(symbol, `${receipt.symbol || "result"} = `);
    setText(value, exact(found));
    setAttribute(value, "data-value", String(receipt.value));
    setAttribute(value, "title", `${receipt.value}; on screen ${receipt.shown}`);
    const { agrees, check_by: by } = receipt;
    this.check.hidden = check === null || check === undefined;
    this.check.classList.toggle("is-amber", agrees === false);
    setText(this.check.firstChild, agrees === false ? "!" : "✓");
    setText(this.check.lastChild, `${agrees === false ? "Disagrees: checked" : "Checked"}${by ? ` by ${by}` : ""}: ${exact(check)} (difference ${size(difference)})`);
    const said = `${receipt.name}: ${exact(found)}. ${this.check.hidden ? "" : this.check.lastChild.textContent}`;
    if (!this.store.playing) setText(this.live, said);
  }

  /** Where one can go from here: on to what is computed from it, and back to what no number of the telling leads to. */
  _leads(places, sources) {
    const { here } = this.trail;
    const gradient = gradientOf(here);
    const known = JSON.stringify([[...here.unfolded], gradient, here.sample, ...[places, sources].map((all) => all.map(({ address, sample, name }) => [address, sample, name]))]);
    if (known === this.led) return;
    this.led = known;
    const link = (place, text) => h("button.follow", { type: "button", ...opener(place) }, text);
    const row = (head, ...items) => (items.length ? [h("p", {}, h("b", {}, head), ...items)] : []);
    const links = (fold, all) => {
      const shown = here.unfolded.has(fold) || all.length <= FEW + 1 ? all : all.slice(0, FEW);
      const unfold = () => {
        here.unfolded.add(fold);
        this._write();
      };
      const rest = all.length - shown.length;
      const told = all.length < MOST_LINKS ? `+ ${count(rest)} more` : `+ over ${count(rest)} more`;
      return [...shown.map((place) => link(place, bare(place.name, here.sample))),
        ...(rest ? [h("button.fold", { type: "button", "aria-expanded": "false", onclick: unfold }, told)] : [])];
    };
    this.leads.replaceChildren(
      ...row("What it is made of", ...links("sources", sources)),
      ...row("Where it goes", ...links("leads", places)),
      ...row("What a change of it does to the loss", ...(gradient ? [link({ address: gradient, sample: here.sample }, "its gradient")] : [])));
  }

  _crumbs() {
    const { crumbs, at } = this.trail;
    setAttribute(this.back, "aria-disabled", String(at < 1));
    setAttribute(this.forth, "aria-disabled", String(at > crumbs.length - 2));
    const known = JSON.stringify([at, crumbs.map(({ address, sample, symbol, name }) => [address, sample, symbol, name])]);
    if (known === this.walked) return;
    this.walked = known;
    this.crumbs.replaceChildren(...crumbs.map(({ address, symbol, name }, index) => h("li", {}, h("button.crumb", {
      type: "button", title: name || address, "aria-label": name || address, "data-address-of": address, "aria-current": index === at ? "step" : null,
      onclick: () => this.trail.jump(index),
    }, symbol || "…"))));
    // Within the list alone: scrollIntoView would move the page.
    const current = this.crumbs.children[at];
    if (current) this.crumbs.scrollLeft = current.offsetLeft - this.crumbs.offsetLeft - (this.crumbs.clientWidth - current.offsetWidth) / 2;
  }

  _samples() {
    const { here } = this.trail;
    if (!here) return;
    const steps = Number.isInteger(here.sample);
    setText(this.which, sampleName(here.sample).replace("training sample", "sample"));
    const { train_sample: index } = this.trail.receipt ?? {};
    setAttribute(this.which, "title", Number.isInteger(index) ? `It is ${sampleName(index)}.` : "");
    for (const chip of this.sample.querySelectorAll("button")) chip.hidden = !steps;
  }

  _sample(by) {
    const total = this.store.shape?.samples?.train ?? 0;
    if (total) this.store.setSample((this.store.sample + by + total) % total);
  }

  _go(by) {
    this.trail.jump(this.trail.at + by);
  }

  _tell(id) {
    this.telling = id;
    remember(TELLING_KEY, id);
    this._write();
    this.body.scrollTop = 0;
  }

  /** ↓ and ↑ go from number to number, on the tabs from tab to tab; → goes on training a step. */
  _walk(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const tab = this.tabs.indexOf(event.target);
    const way = { ArrowDown: 1, ArrowUp: -1, ...(tab >= 0 && { ArrowRight: 1, ArrowLeft: -1 }) }[event.key];
    if (!way) return;
    event.preventDefault();
    if (tab >= 0) {
      const next = this.tabs[(tab + way + this.tabs.length) % this.tabs.length];
      this._tell(next.dataset.telling);
      next.focus();
      return;
    }
    const stops = [...this.body.querySelectorAll("button")];
    const at = stops.indexOf(event.target);
    stops[at < 0 ? (way > 0 ? 0 : stops.length - 1) : Math.max(0, Math.min(stops.length - 1, at + way))]?.focus();
  }

  _key(event) {
    const target = event.composedPath()[0];
    if (!this.trail.here || event.defaultPrevented || target.closest?.("dialog, [popover]")) return;
    const typing = target.matches?.("input, textarea, select");
    const way = event.altKey && !typing ? { ArrowLeft: -1, ArrowRight: 1 }[event.key] : 0;
    if (way) this._go(way);
    else if (event.key === "Escape" && !typing) this.close();
    else return;
    event.preventDefault(); // else Alt ← leaves the page
  }

  close() {
    this.trail.close();
  }

  // Back to where the first number was opened, so that the keyboard goes on there.
  _return() {
    const { from } = this;
    this.from = null;
    if (from?.isConnected && from.offsetParent) from.focus({ preventScroll: true });
  }

  /** Follows the moment on screen. */
  paint(frame) {
    this.trail.follow(frame);
  }

  destroy() {
    this.off.forEach((off) => off());
    this.host.replaceChildren();
  }
}

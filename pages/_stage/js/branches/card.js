/** One run among those side by side: its output, its numbers, and how its weights differ from the main run's. */

import { listenForNumbers } from "../dock/openable.js";
import { trailOf } from "../dock/trail.js";
import { fit, h, setAttribute, setNumber, setText, themeOf } from "../dom.js";
import { count, loss, number } from "../format.js";
import { icon } from "../icons.js";
import { MapPainter } from "../plot/map.js";
import { openPopover } from "../popover.js";
import { MAIN } from "../socket.js";
import { rename, runKey, runName } from "./look.js";
import { difference, drawDifference, whereName } from "./weights.js";

/** The losses to print, of the test points first; of a task that has none, what it measures. */
function losses(metrics) {
  const found = metrics.filter(({ id }) => id.endsWith("_loss")).sort((a, b) => a.split.localeCompare(b.split));
  return (found.length ? found : metrics).slice(0, 2);
}

const OTHER_FORM = "This network has another form than the main one, so their weights cannot be subtracted.";

export class Card {
  /** @param {import("../store.js").RunStore} store @param {() => void} renamed */
  constructor(store, renamed) {
    this.store = store;
    this.renamed = renamed;
    this.link = store.socket;
    this.painter = new MapPainter();
    this.cells = new Map();
    const choose = () => this.link.choose(store.run);
    this.name = h("span.name", {});
    this.pick = h("button.pick", { type: "button", onclick: choose }, runKey(store.run), this.name);
    this.tools = h("span.tools", {});
    this.map = h("canvas.map", { role: "img" });
    this.weights = h("canvas.weights", { role: "img" });
    this.rows = h("div.readings", {});
    // A receipt stands beside its own run, so the run is worked on from then on.
    listenForNumbers(this.rows, `branch-${store.run}`, (place) => {
      choose();
      trailOf(store).open(place);
    });
    this.shown = "";
    const main = store.run === MAIN;
    const compared = main ? [h("span.said", {}, "Its weights are what the others’ are compared with.")]
      : [this.weights, this._row("weight_difference", "‖Δw‖", number)];
    this.foot = h("div.weights-row", {}, ...compared);
    if (!main) this._buttons();
    this.element = h("article.branch", { "data-branch": store.run }, h("header", {}, this.pick, this.tools),
      h("div.look", { onclick: choose }, this.map, this.rows), this.foot);
  }

  _row(id, label, format) {
    const value = h("b", { "data-number": id }, "–");
    const element = h("span.reading", {}, h("small", {}, label), value);
    this.cells.set(id, { value, format });
    return element;
  }

  // What is printed depends on what the run's task measures.
  _figures({ metrics }) {
    const found = losses(metrics);
    const key = JSON.stringify(found);
    if (key === this.shown) return;
    this.shown = key;
    this.rows.replaceChildren(...found.map(({ id, label, split }) => this._row(id, split || label, loss)), this._row("step", "step", count));
  }

  _buttons() {
    this.more = h("button.tool", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this._menu() }, icon("more"));
    this.shut = h("button.tool", { type: "button", onclick: () => this._close() }, icon("close"));
    this.tools.append(this.more, this.shut);
  }

  _menu() {
    const item = (label, sentence, run) => (close) => h("button.option", {
      type: "button", role: "menuitem", "data-item": true, onclick: () => {
        close();
        run();
      },
    }, h("span.option-head", {}, h("b", {}, label)), h("span.option-text", {}, sentence));
    const items = [
      item("Make it the main run", "It changes places with the main run. Undo leads back.", () => this._keep()),
      item("Rename", "Call it what it tries.", () => this._rename()),
    ];
    openPopover(this.more, (close) => items.map((make) => make(close)), { label: runName(this.store.run), role: "menu", className: "menu" });
  }

  // A name belongs to what the run is; the next branch in this place is another one.
  async _close() {
    const answer = await this.store.do("close_branch");
    if (answer.type === "done") rename(this.store.run, "");
  }

  async _keep() {
    const answer = await this.store.do("keep_branch");
    if (answer.type === "answer") rename(this.store.run, "");
    if (answer.type === "answer") this.link.choose(MAIN);
    else this.link.chosen.say(answer.message, "warning");
  }

  _rename() {
    const { run } = this.store;
    const field = h("input.field", { type: "text", value: runName(run), maxlength: 24, "aria-label": "Name of the branch" });
    let done = false;
    const end = (keep) => {
      if (done) return;
      done = true;
      if (keep) rename(run, field.value);
      field.replaceWith(this.pick);
      this.renamed();
      this.pick.focus({ preventScroll: true });
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // or the key would press the button that gets the focus
      end(event.key === "Enter");
    });
    field.addEventListener("blur", () => end(true));
    this.pick.replaceWith(field);
    field.focus({ preventScroll: true });
    field.select();
  }

  /** What is not of the frame: its name, whether it is the one that is worked on. */
  update() {
    const { store } = this;
    const name = runName(store.run);
    const chosen = this.link.chosen === store;
    setText(this.name, name);
    const from = store.fork?.text ? `: ${store.fork.text}` : "";
    setAttribute(this.pick, "aria-pressed", String(chosen));
    setAttribute(this.pick, "title", `${chosen ? "You work" : "Work"} on this run${from}.`);
    this.element.classList.toggle("is-chosen", chosen);
    // The chosen run's numbers are those of the stage itself: each number has one place under its run.
    if (chosen) this.element.removeAttribute("data-run");
    else setAttribute(this.element, "data-run", store.run);
    if (!this.more) return;
    setAttribute(this.more, "aria-label", `More about ${name}`);
    setAttribute(this.shut, "aria-label", `Close ${name}`);
    setAttribute(this.shut, "title", `Close ${name}`);
  }

  /** The latest frame. @param {object} main the main run's store */
  paint(main) {
    const { store } = this;
    const { frame, shape } = store;
    if (!frame || !shape) return;
    this.theme = themeOf(this.element);
    this._figures(shape);
    for (const value of this.rows.querySelectorAll("[data-number]")) {
      const id = value.dataset.number;
      const now = frame.numbers[id] ?? frame[id];
      setNumber(value, now, this.cells.get(id).format(now));
    }
    this._map(frame, shape);
    if (store.run !== MAIN) this._difference(main, shape);
  }

  _map(frame, shape) {
    const map = frame.arrays.get("output_map/whole") ?? frame.arrays.get("output_map/output");
    if (!map || !this.map.clientWidth) return;
    const { context: g, width, ratio } = fit(this.map);
    const hard = Boolean(this.store.view.discretize);
    this.painter.draw(g, map, { x: 0, y: 0, side: width }, { theme: this.theme, hard, ratio, colour: null });
    const said = losses(shape.metrics).map(({ id, label }) => `${label.toLowerCase()} ${loss(frame.numbers[id])}, `).join("");
    setAttribute(this.map, "aria-label", `Output of ${runName(this.store.run)} over the plane of ${shape.axes.map(({ name }) => name).join(" and ")}: `
      + `${said}step ${count(frame.step)}`);
  }

  _difference(main, shape) {
    const found = difference(this.store, main);
    const { value, format } = this.cells.get("weight_difference");
    setNumber(value, found?.norm, found ? format(found.norm) : "–");
    drawDifference(this.weights, found, this.theme);
    const where = found?.largest ? `; the largest, ${number(found.largest)}, is in ${whereName(shape, found.where)}` : "";
    const words = found ? `Its weights minus the main run’s: blue is larger, orange smaller. Their length is ${number(found.norm)}${where}.` : OTHER_FORM;
    setAttribute(this.weights, "aria-label", words);
    setAttribute(this.foot, "title", words);
  }
}

/**
 * Lines of a receipt: words, symbols and numbers, those that can be followed as buttons, long sums folded.
 * While a line keeps its form only its numbers are written anew, so that a press is never lost to a frame.
 *
 * A token is {text, kind, address?, sample?, value?, tokens?}; tokens are those of an unfolded "+ 28 more terms",
 * in which a text that begins with a line break begins a line.
 */

import { h, setAttribute, setText } from "../dom.js";

/** The attributes of what opens a number. @param {{address: string, sample?: any}} place */
export const opener = ({ address, sample = null }) => ({ "data-opens": address, "data-sample": JSON.stringify(sample) });

/** Whether two places are the same number. */
export const same = (a, b) => a.address === b.address && JSON.stringify(a.sample ?? null) === JSON.stringify(b.sample ?? null);

/** Every token that is shown, in order, with where it stands; `unfolded` says which folds are open. */
function* shown(tokens, unfolded, path) {
  for (const [at, token] of tokens.entries()) {
    const place = `${path}.${at}`;
    const open = token.kind === "fold" && unfolded.has(place);
    yield { token, place, open, text: open ? "− fold these terms" : token.text };
    if (open) yield* shown(token.tokens ?? [], unfolded, place);
  }
}

/** The rows on screen: a line of an unfolded sum holds several. */
function rowsOf(lines, unfolded, telling) {
  return lines.flatMap((line, at) => {
    const rows = [[]];
    for (const one of shown(line, unfolded, `${telling}.${at}`)) {
      if (one.text.startsWith("\n")) rows.push([]);
      rows.at(-1).push({ ...one, text: one.text.replace(/^\n/, "") });
    }
    return rows;
  });
}

export class Lines {
  #form = "";
  #nodes = [];

  /** @param {HTMLElement} host @param {() => void} changed called when a fold was opened or closed */
  constructor(host, changed) {
    this.host = host;
    this.changed = changed;
  }

  /**
   * @param {object[][]} lines of tokens
   * @param {{address: string, unfolded: Set<string>}} here the number that they explain, which leads nowhere
   * @param {string} telling which telling the lines are of
   * @param {(place: object) => string} nameOf what a number is called
   */
  show(lines, here, telling, nameOf) {
    const rows = rowsOf(lines, here.unfolded, telling);
    const all = rows.flat();
    for (const one of all) one.leads = one.token.address !== undefined && !same(one.token, here);
    const form = JSON.stringify([telling, rows.map((row) => row.map(({ token, leads }) => [token.kind, leads && opener(token)]))]);
    if (form !== this.#form) this.#build(rows, form, here.unfolded);
    all.forEach((one, at) => this.#write(this.#nodes[at], one, nameOf));
    // The letters are as large as the longest row allows.
    const widest = Math.max(1, ...rows.map((row) => row.reduce((sum, { text }) => sum + text.length, 0)));
    this.host.style.setProperty("--chars", widest);
  }

  #build(rows, form, unfolded) {
    const { activeElement } = this.host.getRootNode();
    const held = this.#nodes.indexOf(activeElement);
    this.#form = form;
    this.#nodes = [];
    this.host.replaceChildren(...rows.map((row) => h("div.told-line", {}, ...row.map((one) => this.#node(one, unfolded)))));
    if (held >= 0) this.#nodes[Math.min(held, this.#nodes.length - 1)]?.focus({ preventScroll: true });
  }

  #node({ token, place, leads }, unfolded) {
    let node;
    if (token.kind === "fold") {
      node = h("button.fold", { type: "button", onclick: () => {
        if (!unfolded.delete(place)) unfolded.add(place);
        this.changed();
      } });
    } else node = leads ? h("button.follow", { type: "button", ...opener(token) }) : h("span", {});
    node.classList.add(`is-${token.kind}`);
    this.#nodes.push(node);
    return node;
  }

  #write(node, { token, text, open, leads }, nameOf) {
    setText(node, text);
    if (token.kind === "fold") setAttribute(node, "aria-expanded", String(open));
    const full = Number.isFinite(token.value) ? String(token.value) : "";
    if (full) setAttribute(node, "data-value", full);
    const name = leads ? nameOf(token) : "";
    if (full || name) setAttribute(node, "title", [name, full].filter(Boolean).join(": "));
    if (leads) setAttribute(node, "aria-label", [name, text].filter(Boolean).join(", "));
  }
}

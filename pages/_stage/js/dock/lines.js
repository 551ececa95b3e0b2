/**
 * Lines of a receipt: words, symbols and numbers, those that can be followed as buttons, long sums folded.
 * While a line keeps its form only its numbers are written anew, so that a press is never lost to a frame.
 *
 * A token is {text, kind, address?, sample?, value?, tokens?}; tokens are those of an unfolded "+ 28 more terms".
 */

import { h, setAttribute, setText } from "../dom.js";

/** The attributes of what opens a number. @param {{address: string, sample?: any}} place */
export const opener = ({ address, sample = null }) => ({ "data-opens": address, "data-sample": JSON.stringify(sample) });

const FORM = ["kind", "address", "sample"];

/** Every token that is shown, in order, with where it stands; `unfolded` says which folds are open. */
function* shown(tokens, unfolded, path) {
  for (const [at, token] of tokens.entries()) {
    const place = `${path}.${at}`;
    yield { token, place };
    if (token.kind === "fold" && unfolded.has(place)) yield* shown(token.tokens ?? [], unfolded, place);
  }
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
   * @param {Set<string>} unfolded @param {string} telling which telling the lines are of
   * @param {(place: object) => string} nameOf what a number is called
   */
  show(lines, unfolded, telling, nameOf) {
    const flat = lines.map((line, at) => [...shown(line, unfolded, `${telling}.${at}`)]);
    const form = JSON.stringify(flat.map((line) => line.map(({ token }) => FORM.map((key) => token[key] ?? null))));
    if (form !== this.#form) this.#build(flat, form, unfolded);
    flat.flat().forEach((one, at) => this.#write(this.#nodes[at], one, unfolded, nameOf));
  }

  #build(flat, form, unfolded) {
    const { activeElement } = this.host.getRootNode();
    const held = this.#nodes.findIndex(({ node }) => node === activeElement);
    this.#form = form;
    this.#nodes = [];
    this.host.replaceChildren(...flat.map((line) => h("div.told-line", {}, ...line.map((one) => this.#node(one, unfolded)))));
    if (held >= 0) this.#nodes[Math.min(held, this.#nodes.length - 1)]?.node.focus({ preventScroll: true });
  }

  #node({ token, place }, unfolded) {
    let node;
    if (token.kind === "fold") {
      node = h("button.fold", { type: "button", onclick: () => {
        if (!unfolded.delete(place)) unfolded.add(place);
        this.changed();
      } });
    } else if (token.address) node = h("button.follow", { type: "button", ...opener(token) });
    else node = h("span", {});
    node.classList.add(`is-${token.kind}`);
    this.#nodes.push({ node });
    return node;
  }

  #write({ node }, { token, place }, unfolded, nameOf) {
    const open = unfolded.has(place);
    setText(node, token.kind === "fold" && open ? "fold again" : token.text);
    if (token.kind === "fold") setAttribute(node, "aria-expanded", String(open));
    const full = Number.isFinite(token.value) ? String(token.value) : "";
    if (full) setAttribute(node, "data-value", full);
    if (!token.address) return;
    const name = nameOf(token);
    setAttribute(node, "title", [name, full].filter(Boolean).join(": "));
    setAttribute(node, "aria-label", [name, token.text].filter(Boolean).join(", "));
  }
}

/**
 * One socket per browser tab, kept through Streamlit's reruns and page switches.
 *
 * A tab first claims the sitting it had (session storage), then the one the page was given. It
 * closes three seconds after its last view, and tries again for ever when the line breaks.
 */

import { RunStore } from "./store.js";
import { decode } from "./wire.js";

const TOKEN_KEY = "glassbox.token";
export const HASH_KEY = "glassbox.hash";
export const MAIN = "main"; // the run that every sitting has; others are its branches
const LINGER_MS = 3000;
const BACKOFF_MS = [250, 500, 1000, 2000, 4000, 5000];
const REFUSED = new Set([4401, 4403]);
const TAKEN_OVER = 4409;

const links = new Map();
const page = newId();

/** A random id also where `crypto.randomUUID` is missing: plain http on another machine. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Session storage, which some privacy settings forbid. */
export function remember(key, value) {
  try {
    if (value === undefined) return sessionStorage.getItem(key) ?? "";
    sessionStorage.setItem(key, value);
  } catch {
    // Without it the tab cannot find its run again after a reload; everything else works.
  }
  return value ?? "";
}

class Link {
  #users = 0;
  #closing = 0;
  #retry = 0;
  #attempt = 0;
  #tried = 0;
  #nextId = 1;
  #pending = new Map();
  #stores = new Map();
  #tokenListeners = new Set();
  #runListeners = new Set();
  #chosen = MAIN;
  #closed = false;

  constructor(base, token) {
    this.base = base;
    this.given = token;
    this.token = null; // the sitting we were welcomed to
    this.welcome = null;
    this.worked = MAIN; // the run that the page's widgets show
    this.state = "connecting";
    this.#open();
  }

  /** The store of one run of this sitting. */
  store(run) {
    if (!this.#stores.has(run)) {
      const store = new RunStore(run, this);
      store.connection = this.state;
      if (this.welcome) adopt(store, this.welcome);
      this.#stores.set(run, store);
    }
    return this.#stores.get(run);
  }

  /** The stores of all runs that the server has told of, in the order in which they came. */
  get runs() {
    return [...this.#stores.values()];
  }

  /** The run that is worked on: shown in full, changed, undone. */
  get chosen() {
    return this.#stores.get(this.#chosen) ?? this.store(MAIN);
  }

  /** Work on another run. @param {string} run */
  choose(run) {
    if (!this.#stores.has(run) || run === this.#chosen) return;
    this.#chosen = run;
    this.#tellRuns();
  }

  /** Call `fn()` whenever a run comes, goes or changes, or another one is chosen; returns the function that stops it. */
  onRuns(fn) {
    this.#runListeners.add(fn);
    return () => this.#runListeners.delete(fn);
  }

  #tellRuns() {
    for (const fn of [...this.#runListeners]) fn();
  }

  #gone(run) {
    if (run === MAIN || !this.#stores.delete(run)) return;
    if (this.#chosen === run) this.#chosen = MAIN;
    this.#tellRuns();
  }

  retain() {
    this.#users += 1;
    clearTimeout(this.#closing);
  }

  release() {
    this.#users -= 1;
    if (this.#users === 0) this.#closing = setTimeout(() => this.#end(), LINGER_MS);
  }

  /** Another token the page would let us use, say after the server was started anew. */
  offer(token) {
    if (token === this.given) return;
    this.given = token;
    if (this.state !== "open") this.#open();
  }

  /** Call `fn(token)` whenever the sitting is known or changes; returns the function that stops it. */
  onToken(fn) {
    this.#tokenListeners.add(fn);
    if (this.token) fn(this.token);
    return () => this.#tokenListeners.delete(fn);
  }

  /** Send a message; the promise resolves to the event that answers it. */
  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ type: "refused", message: "There is no connection just now, so nothing was changed." });
    }
    const id = this.#nextId++;
    this.socket.send(JSON.stringify({ id, ...message }));
    return new Promise((resolve) => this.#pending.set(id, resolve));
  }

  /** Send what needs no answer: credits, many a second. */
  post(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ id: this.#nextId++, ...message }));
  }

  /** The sittings to try, the likeliest first. */
  #candidates() {
    const kept = this.token ?? remember(TOKEN_KEY);
    return [...new Set([kept, this.given])].filter(Boolean);
  }

  #open() {
    clearTimeout(this.#retry);
    if (this.#closed || (this.socket && this.socket.readyState < WebSocket.CLOSING)) return;
    const candidates = this.#candidates();
    const token = candidates[this.#tried % candidates.length];
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${this.base}/live/${token}`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    let welcomed = false;
    socket.onopen = () => this.send({
      type: "hello", document: page, hash: location.hash.slice(1),
      claimed: token === remember(TOKEN_KEY), last_hash: remember(HASH_KEY),
    });
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return this.#frame(data);
      const event = JSON.parse(data);
      welcomed ||= event.type === "welcome";
      this.#event(event);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.#lost();
      if (!welcomed) this.#tried += 1;
      if (code === TAKEN_OVER || this.#closed) return this.#setState("refused");
      const refused = REFUSED.has(code) && this.#tried % candidates.length === 0;
      this.#setState(refused ? "refused" : this.welcome ? "lost" : "connecting");
      // The next candidate at once; after all of them, later and later.
      const wait = !welcomed && this.#tried % candidates.length ? 0 : BACKOFF_MS[Math.min(this.#attempt++, BACKOFF_MS.length - 1)];
      this.#retry = setTimeout(() => this.#open(), wait);
    };
  }

  #event(event) {
    if (event.type === "ping") this.post({ type: "pong" });
    else if (event.type === "welcome") this.#welcomed(event);
    else if (event.type === "forked") this.#setToken(event.token);
    else if (event.type === "run") {
      this.store(event.run).project(event);
      this.#tellRuns();
    } else if (event.type === "closed") this.#gone(event.run);
    else if (event.type === "notice") this.store(event.run).notify(event);
    const resolve = this.#pending.get(event.echo);
    if (!resolve) return;
    this.#pending.delete(event.echo);
    resolve(event);
  }

  #frame(buffer) {
    let frame;
    try {
      frame = decode(buffer);
    } catch {
      // The picture before stays; the credit goes back so that the next frame can come.
      for (const store of this.#stores.values()) store.emit("frame", null);
      return;
    }
    this.#stores.get(frame.run)?.receive(frame);
  }

  #welcomed(event) {
    this.#attempt = 0;
    this.#tried = 0;
    this.welcome = event;
    for (const run of this.#stores.keys()) if (!(event.runs ?? [MAIN]).includes(run)) this.#gone(run);
    for (const store of this.#stores.values()) adopt(store, event);
    this.#setToken(event.token);
    this.#setState("open");
  }

  #setToken(token) {
    this.token = token;
    links.set(token, this);
    remember(TOKEN_KEY, token);
    for (const fn of this.#tokenListeners) fn(token);
  }

  #setState(state) {
    this.state = state;
    for (const store of this.#stores.values()) {
      store.connection = state;
      store.emit("connection", state);
    }
  }

  #lost() {
    for (const resolve of this.#pending.values()) {
      resolve({ type: "refused", message: "The connection was lost before this was answered." });
    }
    this.#pending.clear();
  }

  #end() {
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const [token, link] of links) if (link === this) links.delete(token);
    this.socket?.close(1000);
  }
}

function adopt(store, welcome) {
  Object.assign(store, { catalogue: welcome.catalogue, params: welcome.params, limits: welcome.limits, computable: welcome.computing });
}

/** The tab's link for the token a page was given; made when there is none. */
export function connect(base, token) {
  let link = links.get(token);
  if (!link) links.set(token, (link = new Link(base, token)));
  link.retain();
  return link;
}

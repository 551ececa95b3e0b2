/** Small helpers for building and reading the stage's DOM. */

/**
 * Makes an element: `h("button.small", {onclick, "aria-label": "Close"}, "×")`.
 * Attributes that are false, null or undefined are left out; functions become properties (one that
 * returns false then stops the browser's own answer to the event).
 * @param {string} name tag with optional `.class` parts
 * @param {object} [attributes]
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function h(name, attributes = {}, ...children) {
  const [tag, ...names] = name.split(".");
  const element = document.createElement(tag);
  if (names.length) element.className = names.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function" || key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets an element's text only when it differs, so that a frame costs no layout. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets a live number: its text, and its full value for whoever reads the page by program. */
export function setNumber(element, value, text) {
  setText(element, text);
  const full = Number.isFinite(value) ? String(value) : "";
  if (element.dataset.value !== full) element.dataset.value = full;
}

/** Sets an attribute only when it differs. */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Makes a canvas readable by pointer, touch and keys.
 * @param {HTMLCanvasElement} canvas
 * @param {{point: (x: number, y: number) => void, leave: () => void, key: (event: KeyboardEvent) => void}} read
 *   x and y in css pixels of the canvas
 */
export function readable(canvas, { point, leave, key }) {
  for (const name of ["pointermove", "pointerdown"]) canvas.addEventListener(name, ({ offsetX, offsetY }) => point(offsetX, offsetY));
  for (const name of ["pointerleave", "blur"]) canvas.addEventListener(name, leave);
  canvas.addEventListener("keydown", key);
}

/** "light" or "dark": what the stage's shadow host says. @param {Node} node @returns {"light"|"dark"} */
export function themeOf(node) {
  const host = node.getRootNode().host ?? document.documentElement;
  return host.dataset.theme === "dark" ? "dark" : "light";
}

/** The stage's colour tokens at this element, read anew at each theme change. @param {Element} element */
export function tokensOf(element) {
  const style = getComputedStyle(element);
  const read = (name, other) => style.getPropertyValue(name).trim() || other;
  return {
    ink: read("--ink", "#1c2430"), ink2: read("--ink-2", "#5a6675"), ink3: read("--ink-3", "#8f9aa8"),
    line: read("--line", "#e3e7ec"), panel: read("--panel", "#ffffff"), accent: read("--accent", "#3b5bdb"),
    font: read("--font", "system-ui, sans-serif"),
  };
}

/**
 * Makes a canvas as sharp as the screen. Its css size must come from the style sheet.
 * @param {HTMLCanvasElement} canvas
 * @returns {{context: CanvasRenderingContext2D, width: number, height: number, ratio: number}} sizes in css pixels
 */
export function fit(canvas) {
  const ratio = globalThis.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const wide = Math.max(1, Math.round(width * ratio));
  const high = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height, ratio };
}

/** Runs something at most once in `milliseconds`, and once more after the last call. */
export function throttled(milliseconds, run) {
  let last = -Infinity;
  let timer = 0;
  const call = () => {
    clearTimeout(timer);
    const wait = last + milliseconds - performance.now();
    if (wait > 0) timer = setTimeout(call, wait);
    else {
      last = performance.now();
      run();
    }
  };
  call.cancel = () => clearTimeout(timer);
  return call;
}

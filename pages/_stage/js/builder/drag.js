/** Dragging with mouse, pen or finger: something is picked up after a few pixels, moves along, and is dropped or let go. */

const START = 6; // px from which a press is a drag, and no click

/**
 * @param {HTMLElement} element
 * @param {{take: (event: PointerEvent) => object|null, move: (held: object, event: PointerEvent) => void,
 *   drop: (held: object, event: PointerEvent) => void, end: (held: object) => void}} does
 *   `take` says what is picked up, or null; `end` comes in any case, also where Escape lets it go
 */
export function draggable(element, { take, move, drop, end }) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const from = [event.clientX, event.clientY];
    let held = null;
    const abort = new AbortController();
    const listen = (type, fn) => window.addEventListener(type, fn, { signal: abort.signal, capture: true });
    const over = () => {
      abort.abort();
      if (!held) return;
      end(held);
      // The click that follows is none.
      element.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => element.removeEventListener("click", stop, { capture: true }));
    };
    listen("pointermove", (at) => {
      if (at.pointerId !== event.pointerId) return;
      if (!held && Math.hypot(at.clientX - from[0], at.clientY - from[1]) >= START) {
        held = take(event);
        if (!held) return over();
      }
      if (held) move(held, at);
    });
    listen("pointerup", (at) => {
      if (at.pointerId !== event.pointerId) return;
      const dropped = held;
      over();
      if (dropped) drop(dropped, at);
    });
    listen("pointercancel", over);
    listen("keydown", (key) => {
      if (key.key !== "Escape" || !held) return;
      key.stopImmediatePropagation();
      key.preventDefault();
      over();
    });
  });
  element.addEventListener("dragstart", stop);
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/**
 * A made-up point on the plane: dragged with the mouse or a finger, or led by the arrow keys. What the network makes
 * of it is shown beside the picture; no data and no run is changed by it.
 */

import { sliceOf } from "./slice.js";

const STARTS = 6; // pixels from which a press is a drag
const REACH = 22; // pixels around the mark within which a finger takes hold of it

const round = (value) => Math.round(value * 100) / 100;

export class ProbeTool {
  #down = null;
  #dragged = false;
  #led = false; // whether the arrow keys lead it

  /**
   * @param {object} store @param {HTMLCanvasElement} canvas
   * @param {() => object|null} room the plane as it was painted last, null while it is drawn on
   * @param {() => number[]|null} marked where the chosen sample's mark is, in the data's units
   */
  constructor(store, canvas, room, marked) {
    Object.assign(this, { store, canvas, room, marked });
    canvas.setAttribute("aria-description", "Drag, or press Shift and Enter and then lead it with the arrow keys, "
      + "to see what the network would make of any place. Escape ends it.");
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => this.#drop());
    // Elsewhere a finger scrolls the page.
    canvas.addEventListener("touchstart", (event) => {
      const box = canvas.getBoundingClientRect();
      const { clientX, clientY } = event.touches[0];
      if (this.#near(clientX - box.left, clientY - box.top)) event.preventDefault();
    }, { passive: false });
    // The click at the end of a drag chooses nothing.
    canvas.addEventListener("click", (event) => this.#dragged && event.stopImmediatePropagation(), { capture: true });
  }

  #near(x, y) {
    const [room, place] = [this.room(), this.store.whatIf?.point ?? this.marked()];
    return Boolean(room && place) && Math.hypot(room.px(place[0]) - x, room.py(place[1]) - y) < REACH;
  }

  #press({ offsetX, offsetY, pointerType, pointerId, button }) {
    this.#dragged = false;
    if (button !== 0 || !this.room()?.at(offsetX, offsetY).inside) return;
    if (pointerType === "touch" && !this.#near(offsetX, offsetY)) return;
    this.#down = { x: offsetX, y: offsetY, id: pointerId };
  }

  #move({ offsetX, offsetY, pointerId }) {
    if (!this.#down || this.#down.id !== pointerId || !this.room()) return;
    if (!this.#dragged && Math.hypot(offsetX - this.#down.x, offsetY - this.#down.y) < STARTS) return;
    if (!this.#dragged) this.canvas.setPointerCapture(pointerId);
    this.#dragged = true;
    this.#put(offsetX, offsetY);
  }

  #drop() {
    this.#down = null;
  }

  #put(x, y) {
    const room = this.room();
    const plane = room.at(x, y);
    const within = (value) => round(Math.max(-room.extent, Math.min(room.extent, value)));
    this.store.setWhatIf({ point: [within(plane.x), within(plane.y)], inputs: {}, ...sliceOf(this.store) });
  }

  /**
   * A key that is meant for it: Shift + Enter puts it where the arrow keys point, and they lead it from then on; Enter
   * lets go of it, Escape takes it away.
   * @param {KeyboardEvent} event @param {{x: number, y: number}|null} pointer @returns {boolean} whether it was
   */
  key(event, pointer) {
    if (event.key === "Enter" && event.shiftKey && pointer) {
      this.#led = true;
      this.#put(pointer.x, pointer.y);
    } else if (event.key === "Enter" && this.#led) this.#led = false;
    else if (event.key === "Escape" && this.store.whatIf) {
      this.#led = false;
      this.store.setWhatIf(null);
    } else return false;
    return true;
  }

  /** The arrow keys have moved the pointer. */
  follow({ x, y }) {
    if (this.#led && this.store.whatIf) this.#put(x, y);
  }

  /** Whether it lies there: then its card tells more exactly than the map what comes out. */
  isAt({ x, y }) {
    const { point } = this.store.whatIf ?? {};
    return Boolean(point) && Math.hypot(x - point[0], y - point[1]) < 0.01;
  }

  /** Draw it, unless an input was made up that lies nowhere on the plane; false where there is nothing made up. */
  draw({ g, px, py }, colour, font) {
    const { whatIf } = this.store;
    if (!whatIf?.point || Object.keys(whatIf.inputs).length) return Boolean(whatIf);
    const { point } = whatIf;
    const [x, y] = [px(point[0]), py(point[1])];
    for (const [stroke, wide] of [["#ffffff", 4.5], [colour, 2]]) {
      g.strokeStyle = stroke;
      g.lineWidth = wide;
      g.beginPath();
      g.moveTo(x - 11, y);
      g.lineTo(x - 3, y);
      g.moveTo(x + 3, y);
      g.lineTo(x + 11, y);
      g.moveTo(x, y - 11);
      g.lineTo(x, y - 3);
      g.moveTo(x, y + 3);
      g.lineTo(x, y + 11);
      g.roundRect(x - 7, y - 7, 14, 14, 4);
      g.stroke();
    }
    g.font = `700 11px ${font}`;
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.lineWidth = 3;
    g.strokeStyle = "#ffffff";
    g.strokeText("?", x, y + 0.5);
    g.fillStyle = colour;
    g.fillText("?", x, y + 0.5);
    return true;
  }
}

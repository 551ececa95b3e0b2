/** Files that somebody picks in the browser's own dialog, or drops on a place. */

import { h } from "../dom.js";

/**
 * The hidden field behind a button that picks files.
 * @param {string} label @param {object} options attributes @param {(files: File[]) => void} take
 */
export function fileField(label, options, take) {
  const field = h("input", { type: "file", hidden: true, "aria-label": label, ...options, onchange: () => {
    take([...field.files]);
    field.value = ""; // the same files may be picked again
  } });
  return field;
}

/** A place to drop files on. @param {(files: File[]) => void} take @param {...any} inside what stands there */
export function dropPlace(take, ...inside) {
  const place = h("div.drop", {
    ondragover: (event) => {
      event.preventDefault();
      place.classList.add("is-over");
    },
    ondragleave: () => place.classList.remove("is-over"),
    ondrop: (event) => {
      event.preventDefault();
      place.classList.remove("is-over");
      take([...event.dataTransfer.files]);
    },
  }, ...inside);
  return place;
}

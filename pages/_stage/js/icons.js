/** The stage's few icons: strokes on a 16 × 16 grid, in the colour of the text around them. */

const PATHS = {
  reset: '<path d="M3.2 8a4.8 4.8 0 1 0 1.6-3.6"/><path d="M5.2 1.6 4.6 4.6l3 .5"/>',
  undo: '<path d="M3 6h6.2a3.6 3.6 0 0 1 0 7.2H6"/><path d="M5.6 3.2 2.8 6l2.8 2.8"/>',
  redo: '<path d="M13 6H6.8a3.6 3.6 0 0 0 0 7.2H10"/><path d="M10.4 3.2 13.2 6l-2.8 2.8"/>',
  play: '<path d="M4.5 2.9v10.2L13 8z" fill="currentColor" stroke-linejoin="round"/>',
  pause: '<path d="M5.2 3.2v9.6M10.8 3.2v9.6" stroke-width="2.8"/>',
  step: '<path d="M4 3.4v9.2L10.2 8z" fill="currentColor" stroke-linejoin="round"/><path d="M12.6 3.4v9.2" stroke-width="2"/>',
  down: '<path d="m4.5 6.5 3.5 3.5 3.5-3.5"/>',
  seed: '<rect x="2.5" y="2.5" width="11" height="11" rx="2.6"/><g fill="currentColor" stroke="none"><circle cx="5.6" cy="5.6" r="1.1"/><circle cx="10.4" cy="5.6" r="1.1"/><circle cx="8" cy="8" r="1.1"/><circle cx="5.6" cy="10.4" r="1.1"/><circle cx="10.4" cy="10.4" r="1.1"/></g>',
  microscope: '<path d="m6.2 2.6 3-1.1 2 5.4-3 1.1zM7.2 8.6l1.9-.7M10.6 5.2a4.4 4.4 0 0 1-.9 8.1M3 13.9h10.2M4.4 11h4.2"/>',
  share: '<path d="M8 10V2.4M5.2 5 8 2.2 10.8 5"/><path d="M4.6 7.4H3.4v6.2h9.2V7.4h-1.2"/>',
  projector: '<path d="M1.8 3h12.4M2.8 3v7.4h10.4V3M8 10.4v1.8M5.4 14 8 12.2l2.6 1.8"/>',
  draw: '<path d="m2.8 13.2.7-3.1 7.3-7.3a1.7 1.7 0 0 1 2.4 2.4L5.9 12.5z"/><path d="m9.6 4 2.4 2.4"/>',
  erase: '<path d="m2.6 9.6 6-6.2a1.5 1.5 0 0 1 2.2 0l2.3 2.4a1.5 1.5 0 0 1 0 2.2L8.2 13H5.4l-2.8-2.9z"/><path d="M5.8 6.4 10.4 11M7.5 13.4h6"/>',
  close: '<path d="m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6"/>',
  enlarge: '<path d="M9.5 2.5h4v4M13.5 2.5l-4.8 4.8M6.5 13.5h-4v-4M2.5 13.5l4.8-4.8"/>',
  frost: '<path d="M8 1.8v12.4M2.6 4.9l10.8 6.2M13.4 4.9 2.6 11.1M6.4 3 8 4.4 9.6 3M6.4 13 8 11.6l1.6 1.4"/>',
  branch: '<path d="M4.2 4.4v7.2M4.2 9.6c0-2.6 7.2-1.2 7.2-4.4"/><circle cx="4.2" cy="2.9" r="1.5"/><circle cx="4.2" cy="13.1" r="1.5"/><circle cx="11.4" cy="3.7" r="1.5"/>',
  back: '<path d="M12 3.4v9.2L5.8 8z" fill="currentColor" stroke-linejoin="round"/><path d="M3.4 3.4v9.2" stroke-width="2"/>',
  now: '<path d="m3.6 3.6 6 4.4-6 4.4zM12.4 3.4v9.2" stroke-linejoin="round"/>',
  more: '<g fill="currentColor" stroke="none"><circle cx="3.4" cy="8" r="1.3"/><circle cx="8" cy="8" r="1.3"/><circle cx="12.6" cy="8" r="1.3"/></g>',
  check: '<path d="m3.2 8.4 3 3 6.6-7"/>',
};

/** @param {keyof typeof PATHS} name @returns {SVGElement} hidden from assistive technology: name the button */
export function icon(name) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg class="icon" data-icon="${name}" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${PATHS[name]}</svg>`;
  return holder.content.firstChild;
}

/**
 * The keyboard: every key, what it does, and the sentence that the help prints.
 */

/** The three ways of going in one direction. */
const walking = (key, sign, way, words) => [["operation", ""], ["layer", "Shift "], ["phase", "Ctrl "]].map(([by, held]) => ({
  key, shown: held + sign, mode: "walk", shift: held === "Shift ", modifier: held === "Ctrl ",
  command: `walk_${way}_${by}`, sentence: `${words} ${by}.`,
}));

/**
 * `key` is KeyboardEvent.key; `shown` how people read it; `control` what must not be hidden for the key
 * to work. Shift and Control (`modifier`) must match. An entry with a `mode` counts in that mode only, before others.
 */
export const KEYS = [
  { key: " ", shown: "Space", command: "toggle", control: "play", sentence: "Play or pause." },
  { key: "ArrowRight", shown: "→", command: "step_batch", control: "step", sentence: "Train one step: one batch." },
  { key: "ArrowRight", shift: true, shown: "Shift →", command: "step_epoch", control: "step", sentence: "Train one epoch." },
  { key: "ArrowLeft", shown: "←", command: "step_back", control: "timeline", sentence: "Back to the step before, on the timeline." },
  { key: ".", shown: ".", command: "step_sample", control: "step", sentence: "Train on one sample." },
  { key: "r", shown: "R", command: "reset", control: "reset", sentence: "Reset to step 0 with the same seed." },
  { key: "n", shown: "N", command: "new_seed", control: "reset", sentence: "Start anew from another seed." },
  { key: "z", modifier: true, shown: "Ctrl Z", command: "undo", sentence: "Undo the last change." },
  { key: "z", modifier: true, shift: true, shown: "Ctrl Shift Z", command: "redo", sentence: "Do it again." },
  { key: "e", shown: "E", command: "edit", sentence: "Edit the numbers of the neuron or line that is chosen." },
  { key: "m", shown: "M", command: "microscope", control: "microscope", sentence: "Open or leave the microscope: one step taken apart." },
  ...walking("ArrowRight", "→", "next", "Microscope: on by one"),
  ...walking("ArrowLeft", "←", "back", "Microscope: back by one"),
  { key: "Escape", shown: "Esc", mode: "walk", command: "microscope", sentence: "Leave the microscope." },
  { key: "p", shown: "P", command: "projector", sentence: "Projector: larger numbers and neurons, no settings." },
  { key: "?", shown: "?", command: "help", sentence: "Show this list." },
];

const TYPING = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable], dialog, [role=dialog], [role=listbox], [role=menu]";
const OWN_ARROWS = "[role=slider], [role=radio], [role=radiogroup], [role=tablist], [role=tab], [data-own-keys], input";
const OWN_ESCAPE = ".dock, .receipt, .popover";
const OWN_SPACE = "button, a[href], summary, label, input:not([type=range]), [role=button], [role=switch], [role=radio], [role=option], [tabindex='0']";

/**
 * The entry a key press stands for, or null: also null while somebody types or the focused
 * control has its own use for the key.
 *
 * @param {KeyboardEvent} event @param {string|null} [mode] what the stage is in besides its usual state
 */
export function meaning(event, mode = null) {
  if (event.altKey || event.defaultPrevented) return null;
  const path = event.composedPath().filter((node) => node instanceof Element);
  const within = (selector) => path.some((node) => node.matches(selector));
  if (within(TYPING)) return null;
  if (event.key.startsWith("Arrow") && within(OWN_ARROWS)) return null;
  if (event.key === "Escape" && within(OWN_ESCAPE)) return null;
  if (event.key === " " && path[0]?.matches(OWN_SPACE)) return null;
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // "?" and "." need Shift on some keyboards and not on others.
  const symbol = key === "?" || key === ".";
  const found = KEYS.filter((entry) => entry.key === key && Boolean(entry.modifier) === control
    && (symbol || Boolean(entry.shift) === event.shiftKey) && (!entry.mode || entry.mode === mode));
  return found.find((entry) => entry.mode) ?? found[0] ?? null;
}

/**
 * Listen for the keys of this page.
 *
 * @param {(command: string) => void} run
 * @param {(control: string) => boolean} hidden whether a control is hidden
 * @param {() => string|null} mode what the stage is in
 * @returns {() => void} stops it
 */
export function listen(run, hidden, mode) {
  const down = (event) => {
    const entry = meaning(event, mode());
    if (!entry || hidden(entry.control)) return;
    event.preventDefault();
    // Streamlit has keys of its own (R reruns the page); these are ours.
    event.stopImmediatePropagation();
    if (!event.repeat || /^(step|walk)/.test(entry.command) || entry.modifier) run(entry.command);
  };
  window.addEventListener("keydown", down, { capture: true });
  return () => window.removeEventListener("keydown", down, { capture: true });
}

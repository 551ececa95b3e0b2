/** How the curves of other data look that a run is scored on: colours that show on light and on dark, and dashes. */
export const OTHERS = [
  { colour: "#15a08c", wide: 1.8, dash: [1.5, 2.5] }, { colour: "#c2559d", wide: 1.8, dash: [6, 2, 1.5, 2] },
  { colour: "#b08900", wide: 1.8, dash: [3, 2] }, { colour: "#7a6cf0", wide: 1.8, dash: [8, 3] },
];

/** The same by style. */
export const OTHER_LOOKS = Object.fromEntries(OTHERS.map((look, at) => [`other${at}`, look]));

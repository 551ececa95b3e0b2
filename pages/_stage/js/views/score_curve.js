/** Accuracy over the epochs, or for numbers the root mean squared error: how far off the answers typically are. */

import { HistoryCard } from "../plot/history_card.js";
import { columnsOf, lossPanel, scorePanel } from "../plot/quantities.js";

const panels = (store) => [scorePanel(columnsOf(store))];

export default {
  id: "score_curve",
  slot: "curves",
  label: (store) => (store.shape?.output.target === "number" ? "Error" : "Accuracy"),
  order: 20,
  shown: (store) => panels(store)[0].lines.length > 0,
  probes: () => [{ id: "loss_curve" }],
  mount: (host, store, tools) => new HistoryCard(host, store, tools, {
    panels, large: (all) => [lossPanel(columnsOf(all)), ...panels(all)],
  }),
};

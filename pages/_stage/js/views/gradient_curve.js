/** Gradient norm and learning rate over the epochs: how steep the loss was, and how far the steps went. */

import { HistoryCard } from "../plot/history_card.js";
import { columnsOf, stepPanels } from "../plot/quantities.js";

const panels = (store) => stepPanels(columnsOf(store));

export default {
  id: "gradient_curve",
  slot: "curves",
  label: "Gradient",
  order: 40,
  shown: (store) => panels(store).length > 0,
  probes: () => [{ id: "loss_curve" }],
  mount: (host, store, tools) => new HistoryCard(host, store, tools, { panels, large: panels }),
};

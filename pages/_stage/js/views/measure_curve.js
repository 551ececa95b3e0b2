/** What the task measures besides losses and how often it is right, over the epochs. */

import { HistoryCard } from "../plot/history_card.js";
import { otherPanels } from "../plot/quantities.js";

export default {
  id: "measure_curve",
  slot: "curves",
  label: "Measures",
  order: 25,
  shown: (store) => otherPanels(store).length > 0,
  probes: () => [{ id: "loss_curve" }],
  mount: (host, store, tools) => new HistoryCard(host, store, tools, { panels: otherPanels, large: otherPanels }),
};

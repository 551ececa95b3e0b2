/** The loss over the epochs: of the training, validation and test points. */

import { HistoryCard } from "../plot/history_card.js";
import { columnsOf, lossPanel, scorePanel } from "../plot/quantities.js";

const panels = (store) => [lossPanel(columnsOf(store))];

export default {
  id: "loss_curve",
  slot: "curves",
  label: "Loss",
  order: 10,
  shown: (store) => panels(store)[0].lines.length > 0,
  probes: () => [{ id: "loss_curve" }],
  mount: (host, store, tools) => new HistoryCard(host, store, tools, {
    panels, large: (all) => [...panels(all), scorePanel(columnsOf(all))],
  }),
};

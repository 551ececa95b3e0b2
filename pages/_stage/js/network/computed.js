/** Where a run is computed: the choice of device, threads and digits, and what it came to. */

import { h } from "../dom.js";
import { row } from "../params.js";

/** Whether a choice does anything on this machine: threads on the CPU where there are several, fewer digits on CUDA. */
const applies = ({ id, maximum }, { devices }, where) => ({
  threads: maximum > 1 && where?.device === "cpu",
  autocast: devices.some((device) => device.startsWith("cuda")),
})[id] ?? true;

/** The same Param, whose labels say which device is missing here. */
const told = (param, { devices }) => {
  if (param.id !== "device") return param;
  const there = (kind) => kind === "auto" || devices.some((device) => device.split(":")[0] === kind);
  return { ...param, labels: param.choices.map((kind, at) => (there(kind) ? param.labels[at] : `${param.labels[at]} (none)`)) };
};

/** The part of the cost's card about it. @param {import("../store.js").RunStore} store */
export function computed(store) {
  const { computable, computing, where } = store;
  if (!computing || !computable?.length) return [];
  const shown = computable.filter((param) => applies(param, computing, where));
  const note = computing.note || where?.note;
  const rows = shown.map((param) => row(told(param, computing), computing[param.id], (value) => store.do("compute", { [param.id]: value })));
  return [
    h("header.computed", {}, h("b", {}, "Computed on"), h("span", { "data-computed": where?.device }, where?.label ?? "–")),
    ...(note ? [h("p", { role: "status" }, note)] : []),
    ...rows,
  ];
}

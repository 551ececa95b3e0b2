/**
 * The curves in a large dialog: a Plotly chart (zoom, pan, exact values) from the installed package,
 * served by our own server. Where it cannot be loaded, the stage's own canvas in the same size.
 */

import { openDialog } from "../dialogs/dialog.js";
import { fit, h, tokensOf } from "../dom.js";
import { count, epoch } from "../format.js";
import { columnReader, drawCurve, layOut } from "./curve.js";
import { OTHER_LOOKS } from "./others.js";

const ADDRESS = new URL("../../vendor/plotly.min.js", import.meta.url).href;

let loading = null;

/** Loads Plotly once per page. @returns {Promise<object>} rejects where it is not to be had */
function plotly() {
  if (globalThis.Plotly) return Promise.resolve(globalThis.Plotly);
  loading ??= new Promise((resolve, reject) => {
    const script = h("script", { src: ADDRESS, async: true });
    script.onload = () => (globalThis.Plotly ? resolve(globalThis.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => reject(new Error("not served"));
    document.head.append(script);
  }).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** Plotly puts its rules into the document's head, which a shadow root does not see: copy them in. */
function adoptStyles(root) {
  const rules = [...document.styleSheets]
    .filter((sheet) => sheet.ownerNode?.id?.startsWith("plotly"))
    .flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText));
  root.append(h("style", {}, rules.join("\n")));
}

/**
 * Opens the enlarged curves; they follow the run until the dialog is closed.
 * @param {Element} anchor @param {object} store
 * @param {(store: object) => import("./quantities.js").Panel[]} panels the charts, one below the other
 */
export function openCurve(anchor, store, panels) {
  const chart = h("div.chart");
  const offs = [];
  const dialog = openDialog(anchor, {
    title: "Curves", wide: true, body: [chart], onclose: () => offs.forEach((off) => off()),
  });
  plotly().then((Plotly) => {
    if (!dialog.element.open) return;
    adoptStyles(dialog.element);
    offs.push(drawPlotly(Plotly, chart, store, panels));
  }, () => dialog.element.open && offs.push(drawCanvas(chart, store, panels)));
}

/** All charts below one another on one epoch axis. @returns {() => void} ends it */
function drawPlotly(Plotly, chart, store, panels) {
  const draw = () => {
    const { traces, layout } = figure(store, panels(store), tokensOf(chart));
    Plotly.react(chart, traces, layout, { displaylogo: false, responsive: true,
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] });
  };
  draw();
  // A chart of a thousand rows takes 20 ms to update, so it follows four times a second.
  let seen = store.history.length;
  const timer = setInterval(() => {
    if (store.history.length === seen) return;
    seen = store.history.length;
    draw();
  }, 250);
  const off = store.on("theme", draw);
  return () => {
    clearInterval(timer);
    off?.();
    Plotly.purge(chart);
  };
}

/** @returns {{traces: object[], layout: object}} what Plotly draws */
function figure(store, found, tokens) {
  const { history, view } = store;
  const read = columnReader(history);
  const rows = Array.from({ length: history.length }, (_, row) => row);
  const epochs = rows.map((row) => read.epoch(row));
  const axis = { gridcolor: tokens.line, zerolinecolor: tokens.line, linecolor: tokens.ink3, tickcolor: tokens.ink3, automargin: true };
  const layout = {
    font: { family: tokens.font, size: 13, color: tokens.ink2 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 60, r: 16, t: 30, b: 46 }, hovermode: "x unified", uirevision: "keep", separators: ".,",
    hoverlabel: { bgcolor: tokens.panel, bordercolor: tokens.line, font: { color: tokens.ink } },
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1.09, traceorder: "normal" },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: tokens.ink3, activecolor: tokens.accent }, hoversubplots: "axis",
    xaxis: { ...axis, title: { text: "epoch" }, unifiedhovertitle: { text: "epoch %{x}" },
      showspikes: true, spikemode: "across", spikesnap: "data", spikecolor: tokens.accent, spikethickness: -1, spikedash: "solid", anchor: `y${found.length > 1 ? 2 : ""}` },
  };
  const looks = { test: [tokens.ink, 2.2], train: [tokens.ink3, 1.8], validation: [tokens.accent, 1.8, "dash"] };
  for (const [style, { colour, dash }] of Object.entries(OTHER_LOOKS)) looks[style] = [colour, 1.8, dash.map((part) => `${part}px`).join()];
  const named = new Set();
  const traces = found.flatMap((entry, i) => {
    const first = i === 0;
    layout[first ? "yaxis" : `yaxis${i + 1}`] = {
      ...axis, title: { text: entry.label }, domain: found.length === 1 ? [0, 1] : first ? [0.45, 1] : [0, 0.36],
      ...(entry.log && view?.log_loss ? { type: "log" } : {}),
      ...(entry.tick ? { tickformat: entry.tick } : {}),
    };
    return [...entry.lines].reverse().map(({ name, column, style }, at, all) => {
      const [color, width, dash = "solid"] = looks[style];
      const known = named.has(name);
      named.add(name);
      const quantity = name === entry.label ? name : `${name} ${entry.label.toLowerCase()}`;
      const step = first && at === all.length - 1 ? ", step %{customdata}" : "";
      return {
        type: "scatter", mode: "lines", name, legendgroup: name, showlegend: !known, x: epochs,
        y: rows.map((row) => read.cell(row, column)), yaxis: first ? "y" : `y${i + 1}`, line: { color, width, dash },
        customdata: rows.map((row) => count(read.step(row))),
        hovertemplate: `${quantity} %{y${entry.tick ? ":.1%" : ":.5~g"}}${step}<extra></extra>`,
      };
    });
  });
  return { traces, layout };
}

/** The stage's own drawing, large. @returns {() => void} ends it */
function drawCanvas(chart, store, panels) {
  const canvas = h("canvas", { role: "img", "aria-label": "The curve, enlarged" });
  const line = h("p.chart-line", { "aria-live": "off" }, "Point at the curve to read it.");
  chart.replaceChildren(canvas, line);
  let hover = null;
  let drawn = null;
  const draw = () => {
    const shown = panels(store);
    const room = fit(canvas);
    room.context.clearRect(0, 0, room.width, room.height);
    const areas = layOut(room, shown.length);
    const options = { log: Boolean(store.view?.log_loss), tokens: tokensOf(chart), hover, titled: true };
    [drawn] = shown.map((panel, i) => drawCurve(room.context, areas[i], store.history, panel, options));
    if (hover === null || !drawn) return;
    const read = columnReader(store.history);
    const values = shown.flatMap((panel) => panel.lines
      .map(({ name, column }) => `${name} ${panel.format(read.cell(hover, column))}`));
    line.textContent = `Epoch ${epoch(read.epoch(hover))}, step ${count(read.step(hover))}: ${values.join(", ")}.`;
  };
  canvas.addEventListener("pointermove", (event) => {
    hover = drawn?.rowAt(event.offsetX) ?? null;
    draw();
  });
  const timer = setInterval(draw, 250);
  draw();
  return () => clearInterval(timer);
}

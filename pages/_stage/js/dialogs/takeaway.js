/** "Take it away" under Share: picture, drawing, film, curves, script, notebook and weights of the run, and the run itself, as files. */

import { h, themeOf, tokensOf } from "../dom.js";
import { count } from "../format.js";
import { csvOf } from "../takeaway/csv.js";
import { download, fetched, fileName } from "../takeaway/download.js";
import { drawingOf, pictureOf } from "../takeaway/picture.js";
import { saver } from "./saved.js";

const NOTHING = "Nothing has been seen of this run yet: press Play first.";

/**
 * The section's element.
 * @param {Element} stage any element of the stage @param {object} store
 * @param {() => string} link the link to this run
 */
export function takeaway(stage, store, link) {
  const status = h("span.status", { role: "status" });
  const say = (text) => { status.textContent = text; };
  const starts = store.changed ? "goes on from the weights as they are now" : "starts from the same weights and prints the same losses";
  const exported = async (what, needs) => {
    const { file, message } = await fetched(store, "export", { what });
    const unpack = file?.endsWith(".zip") ? "Unpack it into a folder: its numbers lie beside it. " : "";
    return message ?? `${file} is in your downloads. ${unpack}${needs}`;
  };
  const items = [
    ["Picture", "PNG", "The screen as it is now, with its numbers and its link.", async () => {
      if (!store.frame) return NOTHING;
      download(await pictureOf(stage, store, link()), fileName(store, "png"));
      return "The picture is in your downloads.";
    }],
    ["Drawing", "SVG", "The same, with lines and words that stay sharp at any size.", async () => {
      if (!store.frame) return NOTHING;
      download(await drawingOf(stage, store, link()), fileName(store, "svg"));
      return "The drawing is in your downloads.";
    }],
    ["Film", "GIF", "How the boundary moved while the network learned.", async () => {
      const words = store.film.words();
      if (!words) return NOTHING;
      const progress = (share) => say(`The film is being made: ${Math.round(share * 100)} %`);
      const film = await store.film.gif({ theme: themeOf(stage), tokens: tokensOf(stage), progress });
      download(film, fileName(store, "gif"));
      return `The film is in your downloads. It holds ${words}`;
    }],
    ["Curves", "CSV", "Every recorded row of the curves, for a spreadsheet.", async () => {
      if (store.history.length < 2) return NOTHING;
      download(csvOf(store.history, store.shape), fileName(store, "csv"));
      return `The curves are in your downloads: ${count(store.history.length)} rows.`;
    }],
    ["Script", "PyTorch", `A Python program that ${starts}.`, () => exported("pytorch", "It needs Python with torch and numpy.")],
    ["Notebook", "Jupyter", "The same program in cells, which draws the curve too.",
      () => exported("notebook", "It needs Jupyter with torch, numpy and plotly.")],
    ["Weights", "safetensors", "Every weight and bias as it is now, by its address.",
      () => exported("weights", "safetensors.numpy.load_file reads it.")],
    saver(store),
  ];
  const row = ([name, kind, sentence, make]) => {
    const button = h("button", { type: "button", onclick: async () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      say("One moment…");
      try {
        say(await make());
      } catch {
        say("This browser could not make the file.");
      } finally {
        button.removeAttribute("aria-disabled");
      }
    } }, h("b", {}, name), h("small", {}, kind));
    return h("li", {}, button, typeof sentence === "string" ? h("span", {}, sentence) : sentence);
  };
  return h("section.part", {}, h("h4", {}, "Take it away"), h("ul.files", {}, ...items.map(row)), status);
}

/** Runs as files, under Share: save this one with all that it is, and open one that was saved. */

import { h } from "../dom.js";
import { fetched, NO_ANSWER } from "../takeaway/download.js";
import { dropPlace, fileField } from "./files.js";

const ENDING = ".safetensors";

/** Whether the run learns from somebody's own file; the table that we bring along is nobody's. */
function hasOwnData({ spec, catalogue }) {
  const { kind, file } = spec.data;
  const known = catalogue.datasets?.find(({ id }) => id === kind)?.params.find(({ id }) => id === "file")?.default;
  return Boolean(file) && file !== known;
}

/**
 * The item of "Take it away" that saves the run.
 * @param {object} store
 * @returns {[string, string, Node, () => Promise<string>]} name, kind, what it is, and what makes it
 */
export function saver(store) {
  const own = h("input", { type: "checkbox", role: "switch" });
  const words = h("span", {}, "The run with its weights and all that was done to it. Opened again, it goes on as if it had never stopped.",
    hasOwnData(store) && h("label.tick", {}, own, "Include my own data"));
  return ["Save this run", "file", words, async () => {
    const { file, notes, message } = await fetched(store, "save", { own_data: own.checked });
    return message ?? [`${file} is in your downloads.`, ...notes].join(" ");
  }];
}

/** Sends a file to the server, in place of the run. @returns {Promise<{type: string, message?: string, notes?: string[]}>} */
async function send(store, file) {
  const answer = await store.do("open");
  if (answer?.type !== "answer") return answer;
  const { path, most } = answer.result;
  if (file.size > most) {
    return { type: "refused", message: `This file has ${(file.size / 2 ** 20).toFixed(1)} MB; a saved run may have ${Math.floor(most / 2 ** 20)} MB.` };
  }
  const response = await fetch(`${store.socket.base}${path}`, { method: "POST", body: file });
  return response.json();
}

/** The part of the dialog that opens a saved run: a button, and a place to drop the file. @param {object} store */
export function savedOpener(store) {
  const status = h("div.notes", { role: "status" });
  const say = (...sentences) => status.replaceChildren(...sentences.map((text) => h("p", {}, text)));
  const take = async (file) => {
    if (!file) return;
    say("One moment…");
    try {
      const answer = await send(store, file);
      if (answer?.type === "done") say("The run is open. Undo leads back to the one before.", ...(answer.notes ?? []));
      else say(answer?.message ?? NO_ANSWER);
    } catch {
      say("The file could not be sent. Is the server still there? Please try again.");
    }
  };
  const field = fileField("Saved run to open", { accept: ENDING }, ([file]) => take(file));
  const button = h("button", { type: "button", onclick: () => field.click() }, "Choose a file");
  const place = dropPlace(([file]) => take(file), button, field, h("span", {}, "or drop it here"));
  return h("section.part", {}, h("h4", {}, "Open a saved run"), h("p", {}, "A file that “Save this run” made; it takes the place of the run on screen."), place, status);
}

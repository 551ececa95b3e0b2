/** The dialog for own pictures: load or drop files, name their classes, take some away, and learn from them. */

import { h, setText } from "../dom.js";
import { count } from "../format.js";
import { basket } from "../pictures/basket.js";
import { known, resized, send, written } from "../pictures/collection.js";
import { pixelsOf, shrunk } from "../pictures/shrink.js";
import { openDialog } from "./dialog.js";
import { dropPlace, fileField } from "./files.js";

const SIDES = [8, 16, 28, 32, 48, 64];
const ABOUT = "Each picture is shrunk to a small square here in your browser; only that is sent. It stays in this server’s memory "
  + "while the page is open, is written nowhere, and is in no link.";
const MOST_COMPLAINTS = 6;

/** Opens it. @param {Element} anchor @param {object} store */
export function open(anchor, store) {
  return new OwnPictures(anchor, store);
}

class OwnPictures {
  constructor(anchor, store) {
    Object.assign(this, { store, items: [] });
    this.label = h("input", { type: "text", maxlength: 40, list: "own-classes", "aria-label": "Class of the files chosen next", placeholder: "for example: apple" });
    this.names = h("datalist", { id: "own-classes" });
    this.side = h("select", { "aria-label": "Side of the pictures in pixels", onchange: () => this._draw() },
      ...SIDES.map((side) => h("option", { value: String(side) }, `${side} × ${side} pixels`)));
    this.side.value = "32";
    this.grey = h("input", { type: "checkbox", "aria-label": "Without colour", onchange: () => this._draw() });
    const take = (chosen) => this._take(chosen);
    const files = fileField("Picture files", { multiple: true, accept: "image/png,image/jpeg", "data-own": "files" }, take);
    const folder = fileField("Folder of pictures", { multiple: true, webkitdirectory: true, "data-own": "folder" }, take);
    const place = dropPlace(take, h("label.own-label", {}, "These are ", this.label, this.names),
    h("button", { type: "button", onclick: () => files.click() }, "Choose files"), files,
    h("span", {}, "or drop them here; or"), h("button", { type: "button", onclick: () => folder.click() }, "Choose a folder"), folder,
    h("span.own-hint", {}, "with a folder in it for each class."));
    this.status = h("div.notes", { role: "status" });
    this.complaints = h("ul.own-complaints", { role: "alert" });
    this.groups = h("div.own-groups", {});
    this.use = h("button.primary", { type: "button", onclick: () => this._use() }, "Learn from these");
    const size = h("div.own-size", {}, this.side, h("label", {}, this.grey, " without colour"));
    this.dialog = openDialog(anchor, {
      title: "Your own pictures", wide: true,
      body: [h("div.own-pictures", {}, h("p", {}, ABOUT), size, place, this.complaints, this.groups, h("div.own-end", {}, this.use, this.status))],
    });
    this.dialog.element.dataset.dialog = "own_pictures";
    this._begin();
  }

  async _begin() {
    try {
      const answer = await known(this.store);
      if (answer.message) return this._say(answer.message);
      Object.assign(this, { most: answer.most });
      if (answer.found) {
        this.side.value = String(SIDES.includes(answer.found.side) ? answer.found.side : 32);
        this.grey.checked = answer.found.channels === 1;
        this.items = [...answer.found.items, ...this.items];
      } else if (basket.items.length) {
        this.side.value = String(SIDES.includes(basket.items[0].canvas.width) ? basket.items[0].canvas.width : 32);
        this.grey.checked = this.store.shape?.shape?.[0] === 1;
      }
    } catch {
      this._say("The server could not be reached. Please try again.");
    }
    this.items.push(...basket.items);
    return this._draw();
  }

  _say(...sentences) {
    this.status.replaceChildren(...sentences.map((text) => h("p", {}, text)));
  }

  /** Files, each into the class of its folder or the one that is typed. */
  async _take(files) {
    this.complaints.replaceChildren();
    const complaints = [];
    let done = 0;
    for (const file of files) {
      const path = (file.webkitRelativePath || "").split("/");
      if (path.length > 1 && /^\./.test(file.name)) continue; // what systems hide in folders
      const label = (path.length > 1 ? path[path.length - 2] : this.label.value).trim().slice(0, 40);
      if (!label) {
        complaints.push("Say first what is in the pictures: type the name of their class.");
        this.label.focus();
        break;
      }
      if (this.items.length >= (this.most ?? Infinity)) {
        complaints.push(`There may be ${count(this.most)} pictures; the rest was left out.`);
        break;
      }
      const found = await shrunk(file, Math.max(...SIDES));
      if (found.message) complaints.push(found.message);
      else this.items.push({ label, canvas: found.canvas });
      done += 1;
      if (done % 20 === 0) this._say(`${count(done)} of ${count(files.length)} files…`);
    }
    const shown = complaints.slice(0, MOST_COMPLAINTS);
    if (complaints.length > shown.length) shown.push(`And ${count(complaints.length - shown.length)} more could not be opened.`);
    this.complaints.replaceChildren(...shown.map((text) => h("li", {}, text)));
    this._say();
    this._draw();
  }

  get classes() {
    return [...new Set(this.items.map(({ label }) => label))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  }

  _draw() {
    const side = Number(this.side.value);
    const { classes } = this;
    this.names.replaceChildren(...classes.map((name) => h("option", { value: name })));
    this.groups.replaceChildren(...classes.map((name) => {
      const own = this.items.filter(({ label }) => label === name);
      const rename = h("input", { type: "text", maxlength: 40, value: name, "aria-label": `Name of the class ${name}`, onchange: () => this._rename(name, rename.value.trim()) });
      return h("section.own-group", { "data-class": name }, h("header", {}, rename, h("span", {}, own.length === 1 ? "1 picture" : `${count(own.length)} pictures`),
        h("button.chip", { type: "button", "aria-label": `Take the class ${name} away`, onclick: () => this._drop(own) }, "×")),
      h("div.own-grid", {}, ...own.map((item, at) => this._tile(item, name, at, side))));
    }));
    this.use.disabled = classes.length < 2;
    setText(this.use, this.items.length ? `Learn from these ${count(this.items.length)}` : "Learn from these");
    if (this.items.length && classes.length < 2) this._say("Two classes are needed: load pictures of another kind too.");
  }

  _tile(item, name, at, side) {
    const canvas = h("canvas", { width: side, height: side, "aria-hidden": "true" });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.filter = this.grey.checked ? "grayscale(1)" : "none";
    context.drawImage(resized(item.canvas, side), 0, 0);
    return h("button.own-tile", { type: "button", title: "Take this picture away", "aria-label": `Take picture ${at + 1} of ${name} away`, onclick: () => this._drop([item]) }, canvas);
  }

  _rename(from, to) {
    if (to) for (const item of this.items) if (item.label === from) item.label = to;
    this._draw();
  }

  _drop(gone) {
    this.items = this.items.filter((item) => !gone.includes(item));
    this._draw();
  }

  async _use() {
    const [side, channels] = [Number(this.side.value), this.grey.checked ? 1 : 3];
    const items = this.items.map(({ label, canvas }) => ({
      label, pixels: pixelsOf(resized(canvas, side).getContext("2d", { willReadFrequently: true }), side, channels),
    }));
    this._say("One moment…");
    try {
      const { path, message } = await known(this.store); // leave to send is good for one file
      const answer = message ? { message } : await send(this.store, path, written({ classes: this.classes, side, channels, items }));
      if (answer.type !== "done") return this._say(answer.message ?? "The server did not answer; please try again.");
      basket.clear();
      return this.dialog.close();
    } catch {
      return this._say("The pictures could not be sent. Is the server still there? Please try again; nothing is lost.");
    }
  }
}

/** Files that the browser makes itself. */

/** "glassbox_circle_epoch120.png". @param {object} store @param {string} ending */
export function fileName(store, ending) {
  const epoch = Math.floor(store.frame?.epoch ?? 0);
  return `glassbox_${store.spec.data.kind}_epoch${epoch}.${ending}`;
}

/** Hands a file to the browser's downloads. @param {Blob|string} content @param {string} name */
export function download(content, name) {
  const blob = content instanceof Blob ? content : new Blob([content], { type: "text/plain;charset=utf-8" });
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // The browser has read it by then; without this the memory stays taken until the page is closed.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Files for the browser's downloads: those that it makes itself, and those that the server made. */

export const NO_ANSWER = "The server did not answer; please try again.";

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

/**
 * Has an action make a file, and hands it to the browser's downloads.
 * @param {object} store @param {string} action @param {object} options what the action is told
 * @returns {Promise<{file?: string, notes?: string[], message?: string}>} message: why there is none
 */
export async function fetched(store, action, options) {
  const answer = await store.do(action, options);
  if (answer?.type !== "answer") return { message: answer?.message ?? NO_ANSWER };
  const response = await fetch(`${store.socket.base}${answer.result.path}`);
  if (!response.ok) return { message: NO_ANSWER };
  download(await response.blob(), answer.result.file);
  return answer.result;
}

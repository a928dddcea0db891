// Saving a backup on this device. It needs a token, which no address may carry: where the browser can, it is written to the
// file as it comes; elsewhere it goes through memory.

import { problemOf, send } from '../base/api.js';

/** From how many bytes on keeping it in memory may fail. */
export const LARGE = 500_000_000;

/** Whether it can be written as it comes. */
export const canStream = 'showSaveFilePicker' in window;

/** @param {string} name @param {AbortSignal} signal */
async function asked(name, signal) {
  const answer = await send(`/backups/${encodeURIComponent(name)}`, { signal });
  if (!answer.ok || !answer.body) throw await problemOf(answer);
  return answer.body;
}

/** Counts what goes through. @param {(bytes: number) => void} onBytes */
function counter(onBytes) {
  let bytes = 0;
  return new TransformStream({
    transform(/** @type {Uint8Array} */ piece, controller) {
      bytes += piece.byteLength;
      onBytes(bytes);
      controller.enqueue(piece);
    },
  });
}

/** @param {string} name @param {(bytes: number) => void} onBytes told how much has come @param {AbortSignal} signal
 *  @returns {Promise<boolean>} false where somebody changed their mind */
export async function download(name, onBytes, signal) {
  if (canStream) {
    /** @type {FileSystemFileHandle} */
    let file;
    try {
      file = await /** @type {any} */ (window).showSaveFilePicker({ suggestedName: name, types: [{ description: 'Backup', accept: { 'application/x-tar': ['.tar'] } }] });
    } catch {
      return false;
    }
    const body = await asked(name, signal);
    await body.pipeThrough(counter(onBytes)).pipeTo(await file.createWritable(), { signal });
    return true;
  }
  const body = await asked(name, signal);
  const blob = await new Response(body.pipeThrough(counter(onBytes)), { headers: { 'content-type': 'application/x-tar' } }).blob();
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser reads it after this.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return true;
}

// Copying to the clipboard.

import { say } from './toast.js';

/** Without an encrypted connection, browsers have only the old way. @param {string} text */
function copyTheOldWay(text) {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  const isDone = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return isDone;
}

/** Copies `text`, and says so. @param {string} text @param {string} said */
export async function copy(text, said) {
  const isDone = await (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error())).then(() => true, () => copyTheOldWay(text));
  if (isDone) say(said);
  else say(`It could not be copied: ${text}`, { kind: 'problem' });
}

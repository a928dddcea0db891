// Keys for everything that one does often. Pages add their own while they are shown.

import { signal, useLayoutEffect } from '../vendor/preact.js';
import { local } from '../base/storage.js';

/** @typedef {{ keys: string, does: string, run: (event: KeyboardEvent) => void }} Key
 * `keys`: as people read it, such as `n`, `?`, `Ctrl+B`; more than one with ` or ` between */

const KEPT = 'hearth.keys';

/** Whether keys without Ctrl do something. Who speaks to their computer sets them off by talking (WCAG 2.2, 2.1.4). */
export const areLettersOn = signal(local.get(KEPT) !== 'off');

/** @param {boolean} isOn */
export function setLetters(isOn) {
  areLettersOn.value = isOn;
  if (isOn) local.remove(KEPT);
  else local.set(KEPT, 'off');
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** @type {Set<Key[]>} */
const shown = new Set();

/** The keys that do something now, for the page that explains them. */
export const presentKeys = () => [...shown].flat();

/** @param {EventTarget | null} target */
const isWriting = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** What was pressed, by its name in `Key`; empty for what is the system's. @param {KeyboardEvent} event */
function pressed({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  // Control moves the caret on a Mac, and the other key is the system's elsewhere.
  const [isCommand, isOther] = isMac ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  if (altKey || isOther || (isCommand && shiftKey)) return '';
  return isCommand ? `Ctrl+${key.toUpperCase()}` : key;
}

addEventListener('keydown', (event) => {
  const name = pressed(event);
  const isCommand = name.startsWith('Ctrl+');
  if (event.defaultPrevented || !name || (!isCommand && (!areLettersOn.value || isWriting(event.target)))) return;
  // What is behind a dialog is out of reach, and so are its keys.
  if (document.querySelector('dialog[open]')) return;
  const key = presentKeys().findLast(({ keys }) => keys.split(' or ').includes(name));
  if (!key) return;
  event.preventDefault();
  key.run(event);
});

/** Keys that work while a component is shown. @param {Key[]} keys @param {unknown[]} inputs */
export function useKeys(keys, inputs) {
  // Before the next key can be pressed.
  useLayoutEffect(() => {
    shown.add(keys);
    return () => void shown.delete(keys);
  }, inputs);
}

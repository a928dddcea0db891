// Keys for everything that one does often. Pages add their own while they are shown.

import { useEffect } from '../vendor/preact.js';

/** @typedef {{ keys: string, does: string, run: (event: KeyboardEvent) => void }} Key
 * `keys`: as people read it, such as `n`, `?`, `Ctrl+B`; more than one with ` or ` between */

/** @type {Set<Key[]>} */
const shown = new Set();

/** The keys that do something now, for the page that explains them. */
export const presentKeys = () => [...shown].flat();

/** @param {EventTarget | null} target */
const isWriting = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** @param {KeyboardEvent} event */
function pressed(event) {
  const command = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  return command + (command ? event.key.toUpperCase() : event.key);
}

addEventListener('keydown', (event) => {
  const name = pressed(event);
  const isCommand = name.startsWith('Ctrl+');
  if (event.defaultPrevented || event.altKey || (!isCommand && isWriting(event.target))) return;
  // What is behind a dialog is out of reach, and so are its keys.
  if (document.querySelector('dialog[open]')) return;
  const key = presentKeys().findLast(({ keys }) => keys.split(' or ').includes(name));
  if (!key) return;
  event.preventDefault();
  key.run(event);
});

/** Keys that work while a component is shown. @param {Key[]} keys @param {unknown[]} inputs */
export function useKeys(keys, inputs) {
  useEffect(() => {
    shown.add(keys);
    return () => void shown.delete(keys);
  }, inputs);
}

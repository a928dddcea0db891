// What the keys do.

import { html } from '../vendor/preact.js';
import { Dialog } from '../parts/dialog.js';
import { Switch } from '../parts/form.js';
import { areLettersOn, isMac, presentKeys, setLetters } from './keys.js';

/** What fields and dialogs do with keys by themselves. */
const ELSEWHERE = [
  { keys: 'Ctrl+Enter', does: 'Publish or save what you are writing' },
  { keys: 'Escape', does: 'Close what lies over the page' },
];

/** @param {string} keys */
const caps = (keys) => keys.split(' or ').map((name, at) => html`${at > 0 && ' or '}<kbd>${isMac ? name.replace('Ctrl+', '⌘') : name}</kbd>`);

/** @param {{ onClose: () => void }} props */
export function Help({ onClose }) {
  return html`<${Dialog} title="Keys" onClose=${onClose}>
    <dl class="keys">${[...presentKeys(), ...ELSEWHERE].map(({ keys, does }) => html`<div key=${keys}><dt>${caps(keys)}</dt><dd>${does}</dd></div>`)}</dl>
    <${Switch} label="Keys without ${isMac ? '⌘' : 'Ctrl'}" name="letters" hint="Off: single letters do nothing, so that speaking or brushing a key leads nowhere." checked=${areLettersOn.value} onChange=${setLetters} />
  <//>`;
}

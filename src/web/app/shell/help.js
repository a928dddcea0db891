// What the keys do.

import { html } from '../vendor/preact.js';
import { Dialog } from '../parts/dialog.js';
import { presentKeys } from './keys.js';

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** @param {string} keys */
const caps = (keys) => keys.split(' or ').map((name, at) => html`${at > 0 && ' or '}<kbd>${isMac ? name.replace('Ctrl', '⌘') : name}</kbd>`);

/** @param {{ onClose: () => void }} props */
export function Help({ onClose }) {
  return html`<${Dialog} title="Keys" onClose=${onClose}>
    <dl class="keys">${presentKeys().map(({ keys, does }) => html`<div key=${keys}><dt>${caps(keys)}</dt><dd>${does}</dd></div>`)}</dl>
  <//>`;
}

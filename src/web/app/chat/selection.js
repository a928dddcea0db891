// Several messages at once: takes the place of where one writes.

import { html } from '../vendor/preact.js';
import { counted } from '../base/page.js';
import { clock } from '../base/time.js';
import { copy } from '../parts/copy.js';
import { Icon } from '../parts/icon.js';
import { me } from './conversations.js';
import { name } from './people.js';

/** Puts what messages say on the clipboard. @param {import('./fold.js').Entry[]} entries @param {Conversation} one */
export function copyMessages(entries, one) {
  const words = entries.length === 1 ? entries[0]?.text ?? '' : entries.map((entry) => `${entry.actor === me() ? 'You' : name(entry.actor, one)}, ${clock(entry.at)}: ${entry.text ?? ''}`).join('\n');
  return copy(words, entries.length === 1 ? 'Copied.' : `${counted(entries.length, 'message')} copied.`);
}

/** @param {{ one: Conversation, entries: import('./fold.js').Entry[], onDelete: () => void, onClose: () => void }} props */
export function SelectionBar({ one, entries, onDelete, onClose }) {
  const none = entries.length === 0;
  return html`<div class="chat-selection" role="group" aria-label="Selected messages">
    <p role="status">${none ? 'Choose some' : `${entries.length} selected`}</p>
    <button type="button" class="button" disabled=${none} onClick=${() => { copyMessages(entries, one); onClose(); }}><${Icon} name="copy" size=${18} />Copy</button>
    <button type="button" class="button" disabled=${none} onClick=${onDelete}><${Icon} name="trash-2" size=${18} />Delete</button>
    <button type="button" class="quiet-button" aria-label="Stop selecting" onClick=${onClose}><${Icon} name="x" /></button>
  </div>`;
}

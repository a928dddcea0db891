// Whether messages are deleted for oneself or for everyone.

import { html } from '../vendor/preact.js';
import { counted } from '../base/page.js';
import { Dialog } from '../parts/dialog.js';
import { erase, mayDeleteForAll } from './changes.js';

/** @param {{ entries: import('./fold.js').Entry[], onDone: () => void, onClose: () => void }} props */
export function Erasing({ entries, onDone, onClose }) {
  const isOne = entries.length === 1;
  const isAllowed = entries.every(mayDeleteForAll);
  /** @param {boolean} isForAll */
  const run = (isForAll) => () => {
    onClose();
    onDone();
    erase(entries, isForAll);
  };
  return html`<${Dialog} title=${isOne ? 'Delete this message?' : `Delete ${counted(entries.length, 'message')}?`} onClose=${onClose}>
    <p>For yourself, ${isOne ? 'it is' : 'they are'} gone from your devices, and everybody else still sees ${isOne ? 'it' : 'them'}.
      ${isAllowed ? ` For everyone, ${isOne ? 'its' : 'their'} text is removed from the server.` : ' Only those who wrote a message can delete it for everyone.'}</p>
    <div class="dialog-actions">
      <button type="button" class="button" onClick=${onClose}>Cancel</button>
      <button type="button" class="button" onClick=${run(false)}>Delete for me</button>
      ${isAllowed && html`<button type="button" class="button primary dangerous" onClick=${run(true)}>Delete for everyone</button>`}
    </div>
  <//>`;
}

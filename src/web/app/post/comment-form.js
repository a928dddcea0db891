// Writing a comment, an answer, or one's own words anew.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { Problem } from '../base/api.js';
import { freshKey } from '../base/key.js';
import { Switch, Trouble } from '../parts/form.js';
import { Writing } from '../parts/writing.js';

/** Longest comment, in characters. */
const MAX = 10_000;

const HIDES = 'Nobody sees who wrote it: not readers, not moderators. It is only in the server’s own store and its backups, which whoever runs this server could read. It can’t be changed afterwards.';

/** @typedef {{ text: string, anonymous: boolean, key: string }} Said */

/** `name`: what is kept of it in `unsent` until it is sent; `mayHide`: whether it can be anonymous.
 * @param {{ label: string, action: string, name: string, unsent: Map<string, string>, first?: string, mayHide?: boolean, isOpen?: boolean,
 *   onSend: (said: Said) => Promise<void>, onCancel?: () => void }} props */
export function CommentForm({ label, action, name, unsent, first = '', mayHide = true, isOpen = false, onSend, onCancel }) {
  const [text, setText] = useState(unsent.get(name) ?? first);
  const [anonymous, hide] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [isGrown, grow] = useState(isOpen || text !== '');
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  // The same words sent again are the same comment, also where the first answer was lost.
  const key = useRef({ for: '', is: '' });

  useEffect(() => {
    if (!isOpen || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(text.length, text.length);
    field.current.form?.scrollIntoView({ block: 'nearest' });
  }, []);

  /** @param {string} next */
  const write = (next) => {
    setText(next);
    if (next.trim() && next !== first) unsent.set(name, next);
    else unsent.delete(name);
  };
  const close = () => {
    unsent.delete(name);
    setText(first);
    hide(false);
    setTrouble('');
    grow(false);
    onCancel?.();
  };
  const sendIt = async () => {
    if (isBusy) return;
    if (!text.trim()) {
      setTrouble('There is nothing in it yet.');
      field.current?.focus();
      return;
    }
    setBusy(true);
    setTrouble('');
    const content = JSON.stringify([text, anonymous]);
    if (key.current.for !== content) key.current = { for: content, is: freshKey() };
    try {
      await onSend({ text, anonymous, key: key.current.is });
      unsent.delete(name);
      setText('');
      hide(false);
      grow(false);
    } catch (error) {
      const wrong = error instanceof Problem ? error : null;
      const words = wrong?.fields.map((one) => (one.field === 'text' ? `It ${one.message}.` : one.message)) ?? [];
      setTrouble(words.length ? words.join(' ') : (wrong?.message ?? 'That did not work. Try again.'));
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  /** @param {Event} event */
  const onSubmit = (event) => {
    event.preventDefault();
    sendIt();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key !== 'Escape' || !onCancel || text !== (first || '')) return;
    event.stopPropagation();
    close();
  };
  return html`<form class=${`thread-form ${isGrown ? 'grown' : ''}`} novalidate onSubmit=${onSubmit} onKeyDown=${onKeyDown}>
    <${Writing} field=${field} label=${label} text=${text} onText=${write} onSend=${sendIt} hasToolbar=${isGrown} placeholder=${label} rows="1" maxlength=${MAX}
      aria-invalid=${trouble ? 'true' : undefined} onFocus=${() => grow(true)} />
    <${Trouble} text=${trouble} />
    ${isGrown && html`
      ${mayHide && html`<${Switch} label="Anonymous" hint=${anonymous ? HIDES : undefined} checked=${anonymous} onChange=${hide} />`}
      <div class="form-actions">
        <button class="button primary" disabled=${isBusy}>${isBusy ? 'Sending…' : anonymous ? `${action} anonymously` : action}</button>
        <button type="button" class="button" onClick=${close}>Cancel</button>
        <span class="quiet thread-form-keys">Markdown works, and <kbd>Ctrl</kbd> + <kbd>Enter</kbd> sends it.</span>
      </div>`}
  </form>`;
}

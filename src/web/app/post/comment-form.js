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
/** @typedef {Said & { sent: string }} Unsent what is being written; `key` is that of what was sent last: the same words sent again
 * are the same comment, also where the first answer was lost */

/** `name`: what it is kept as in `unsent` until it is sent; `mayHide`: whether it can be anonymous.
 * @param {{ label: string, action: string, name: string, unsent: import('../vendor/preact.js').Signal<Record<string, Unsent | undefined>>,
 *   first?: string, mayHide?: boolean, isOpen?: boolean, onSend: (said: Said) => Promise<void>, onCancel?: () => void }} props */
export function CommentForm({ label, action, name, unsent, first = '', mayHide = true, isOpen = false, onSend, onCancel }) {
  /** @type {Unsent} */
  const nothing = { text: first, anonymous: false, key: '', sent: '' };
  const { text, anonymous } = unsent.value[name] ?? nothing;
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [isGrown, grow] = useState(isOpen || text !== '' || anonymous);
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));

  useEffect(() => {
    if (!isOpen || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(text.length, text.length);
    field.current.form?.scrollIntoView({ block: 'nearest' });
  }, []);

  const latest = () => unsent.peek()[name] ?? nothing;
  /** @param {Unsent | undefined} next */
  const keep = (next) => {
    unsent.value = { ...unsent.peek(), [name]: next };
  };
  /** @param {Partial<Unsent>} part */
  const change = (part) => {
    const next = { ...latest(), ...part };
    keep(next.text === first && !next.anonymous && !next.key ? undefined : next);
  };
  const clear = () => {
    keep(undefined);
    grow(false);
  };
  const close = () => {
    clear();
    setTrouble('');
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
    const sent = JSON.stringify([text, anonymous]);
    if (latest().sent !== sent) change({ sent, key: freshKey() });
    try {
      await onSend({ text, anonymous, key: latest().key });
      // What was changed meanwhile is not sent yet.
      if (latest().text === text && latest().anonymous === anonymous) clear();
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
    <${Writing} field=${field} label=${label} text=${text} onText=${(/** @type {string} */ next) => change({ text: next })} onSend=${sendIt} hasToolbar=${isGrown} placeholder=${label} rows="1" maxlength=${MAX}
      aria-invalid=${trouble ? 'true' : undefined} onFocus=${() => grow(true)} />
    <${Trouble} text=${trouble} />
    ${isGrown && html`
      ${mayHide && html`<${Switch} label="Anonymous" hint=${anonymous ? HIDES : undefined} checked=${anonymous} onChange=${(/** @type {boolean} */ isOn) => change({ anonymous: isOn })} />`}
      <div class="form-actions">
        <button class="button primary" disabled=${isBusy}>${isBusy ? 'Sending…' : anonymous ? `${action} anonymously` : action}</button>
        <button type="button" class="button" onClick=${close}>Cancel</button>
        <span class="quiet thread-form-keys">Markdown works, and <kbd>Ctrl</kbd> + <kbd>Enter</kbd> sends it.</span>
      </div>`}
  </form>`;
}

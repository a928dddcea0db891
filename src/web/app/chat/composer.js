// Where one writes.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { go } from '../base/router.js';
import { Icon } from '../parts/icon.js';
import { say } from '../parts/toast.js';
import { PictureButton, UploadRow } from '../parts/upload.js';
import { edit } from './changes.js';
import { me, nameOf } from './conversations.js';
import { draftOf, keepDraft } from './drafts.js';
import { gist } from './notes.js';
import { reason, sendMessage } from './outbox.js';
import { name } from './people.js';
import { tellTyping, wrote } from './presence.js';

/** @typedef {import('./fold.js').Entry} Entry */

/** The longest message, and from where on it is counted, in characters. */
const MOST = 4000;
const COUNTED = 3600;

const hasKeyboard = matchMedia('(pointer: fine)');

/** @param {{ one: import('./conversations.js').Talk, log: import('./log.js').Log, reply: number | null, setReply: (seq: number | null) => void,
 * editing: Entry | null, setEditing: (entry: Entry | null) => void, pictures: import('../parts/upload.js').Uploads,
 * field: { current: HTMLTextAreaElement | null }, onSent: () => void }} props */
export function Composer({ one, log, reply, setReply, editing, setEditing, pictures, field, onSent }) {
  const [text, setText] = useState(() => draftOf(one.id).text);
  const kept = useRef(text);
  const length = [...text.trim()].length;
  const canSend = length <= MOST && (editing ? length > 0 : !pictures.isBusy() && !pictures.isBroken() && (length > 0 || pictures.media().length > 0));

  useEffect(() => {
    if (!editing) keepDraft(one.id, { text, reply });
  }, [text, reply, editing]);
  // An edit puts the draft aside, and gives it back.
  const before = useRef(/** @type {Entry | null} */ (null));
  useLayoutEffect(() => {
    if (editing && !before.current) kept.current = text;
    if (editing) setText(log.unsaved.get(editing.seq) ?? editing.text ?? '');
    else if (before.current) setText(kept.current);
    if (editing) log.unsaved.delete(editing.seq);
    before.current = editing;
  }, [editing?.seq]);
  const now = useRef({ text, editing });
  now.current = { text, editing };
  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.style.height = 'auto';
    field.current.style.height = `${field.current.scrollHeight + 2}px`;
  }, [text]);

  /** Whoever writes something else by the time an edit fails is not interrupted. @param {Entry} entry @param {string} words */
  const save = (entry, words) => edit(entry, words).catch((problem) => {
    const isFree = field.current && !now.current.editing && now.current.text === kept.current;
    const again = () => {
      if (location.pathname !== `/chat/${one.id}`) go(`/chat/${one.id}`);
      setEditing(log.entry(entry.seq) ?? entry);
    };
    const canBeSaid = log.unsaved.has(entry.seq);
    if (canBeSaid && isFree) again();
    say(reason(problem), { kind: 'problem', action: canBeSaid && !isFree ? { label: 'Edit again', run: () => { again(); field.current?.focus(); } } : undefined });
  });
  const send = () => {
    if (!canSend) return undefined;
    const words = text.trim();
    if (editing) {
      const entry = editing;
      setEditing(null);
      return words === entry.text ? undefined : save(entry, words);
    }
    const isOnItsWay = sendMessage({ conversation: one.id, text: words, image: pictures.media()[0] ?? null, reply_to: reply });
    if (!isOnItsWay) return say('This browser has no room left to keep the message until it is sent.', { kind: 'problem' });
    wrote();
    setText('');
    setReply(null);
    pictures.clear();
    onSent();
    return field.current?.focus();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    // Where Enter ends a word that is put together, some browsers say so by this code alone.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey && hasKeyboard.matches) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && (editing || reply)) {
      event.preventDefault();
      if (editing) setEditing(null);
      else setReply(null);
    } else if (event.key === 'ArrowUp' && !text && !editing) {
      const last = log.entries.peek().findLast(({ kind, actor, deleted }) => kind === 'message' && actor === me() && !deleted);
      if (!last?.text) return;
      event.preventDefault();
      setEditing(last);
    }
  };
  /** @param {Event} event */
  const onInput = ({ target }) => {
    setText(/** @type {HTMLTextAreaElement} */ (target).value);
    tellTyping(one.id);
  };
  const quoted = reply ? log.entry(reply) : null;
  const about = editing
    ? { icon: 'pencil', title: 'Editing', words: editing.text ?? '', stop: 'Cancel editing', cancel: () => setEditing(null) }
    : reply ? { icon: 'reply', title: `In answer to ${quoted?.actor === me() ? 'yourself' : name(quoted?.actor, one)}`, words: quoted ? gist(quoted) : '…', stop: 'Cancel the reply', cancel: () => setReply(null) } : null;

  return html`<form class="chat-composer" aria-label="Write a message" onSubmit=${(/** @type {Event} */ event) => { event.preventDefault(); send(); }}>
    ${about && html`<div class="chat-about"><${Icon} name=${about.icon} size=${18} />
      <p><b>${about.title}</b><span dir="auto">${about.words}</span></p>
      <button type="button" class="quiet-button" aria-label=${about.stop} onClick=${() => { about.cancel(); field.current?.focus(); }}><${Icon} name="x" size=${18} /></button></div>`}
    ${!editing && html`<${UploadRow} pictures=${pictures} onEmpty=${() => field.current?.focus()} />`}
    <div class="chat-write">
      ${!editing && html`<${PictureButton} pictures=${pictures} label="Add a picture" class="quiet-button"><${Icon} name="image-plus" size=${22} /><//>`}
      <textarea ref=${field} rows="1" dir="auto" aria-label=${editing ? 'Edit your message' : `Message to ${nameOf(one)}`} placeholder="Write a message" value=${text}
        enterkeyhint=${hasKeyboard.matches ? 'send' : 'enter'} onInput=${onInput} onKeyDown=${onKeyDown}></textarea>
      <button class="chat-send" aria-label=${editing ? 'Save' : 'Send'} disabled=${!canSend}><${Icon} name=${editing ? 'check' : 'send-horizontal'} size=${20} /></button>
    </div>
    <p class="chat-length" role="status">${length > COUNTED && (length > MOST ? `${(length - MOST).toLocaleString('en')} characters too many` : `${(MOST - length).toLocaleString('en')} characters left`)}</p>
  </form>`;
}

// A message: who wrote it, what it answers, what it says, and what has become of it.

import { html, useEffect } from '../vendor/preact.js';
import { clock, whole } from '../base/time.js';
import { Avatar } from '../parts/avatar.js';
import { Icon } from '../parts/icon.js';
import { react } from './changes.js';
import { me, otherOf } from './conversations.js';
import { beside, rowOf } from './focus.js';
import { gist } from './notes.js';
import { discard, retry } from './outbox.js';
import { name, person } from './people.js';
import { Photo } from './photo.js';
import { Words } from './words.js';

/** @typedef {import('./fold.js').Entry} Entry */
/** @typedef {import('./outbox.js').Outgoing} Outgoing */
/** @typedef {import('./conversations.js').Talk} Talk */

/** @typedef {{ one: Talk, log: import('./log.js').Log, selected: Set<number> | null, onSelect: (seq: number) => void, onMenu: (entry: Entry, from: Element) => void,
 * onReply: (entry: Entry) => void, onJump: (seq: number) => void }} Doings what can be done with every message of a conversation */

/** Others who have read a message. @param {Talk} one @param {Entry} entry */
export const readers = (one, { seq }) => one.members.filter(({ id, read_seq }) => id !== me() && read_seq >= seq);

/** What has become of one's own message, in words. @param {Talk} one @param {Entry} entry @param {Outgoing | null} outgoing */
function state(one, entry, outgoing) {
  if (outgoing?.problem) return { icon: 'circle-alert', words: 'Not sent', kind: 'failed' };
  if (outgoing && !outgoing.seq) return { icon: 'clock', words: 'Sending', kind: 'sending' };
  const count = outgoing ? 0 : readers(one, entry).length;
  if (!count) return { icon: 'check', words: 'Sent', kind: 'sent' };
  if (one.kind === 'direct') return { icon: 'check-check', words: 'Read', kind: 'read' };
  const isAll = count >= one.members.length - 1;
  return { icon: 'check-check', words: isAll ? 'Read by all' : `Read by ${count}`, kind: isAll ? 'read' : 'some' };
}

/** What a message answers: leads to it. @param {{ seq: number } & Pick<Doings, 'one' | 'log' | 'onJump'>} props */
function Quote({ seq, one, log, onJump }) {
  const entry = log.entry(seq);
  useEffect(() => {
    if (entry === undefined) log.quote(seq);
  }, [seq, entry === undefined]);
  const isGone = entry === null || log.hidden.has(seq);
  const who = entry ? (entry.actor === me() ? 'You' : name(entry.actor, one)) : '';
  const words = isGone ? 'A message that is gone' : entry ? gist(entry) : '…';
  return html`<button type="button" class="chat-quote" disabled=${isGone} onClick=${() => onJump(seq)}>
    <span class="unseen">In answer to </span>${who && html`<b><bdi>${who}</bdi></b>`}<span class="unseen">: </span><span class="chat-gist" dir="auto">${words}</span></button>`;
}

/** @param {{ entry: Entry }} props */
function Reactions({ entry }) {
  /** @param {Reaction} reaction */
  const toggle = ({ emoji, count, mine }) => (/** @type {MouseEvent} */ event) => {
    // The last one goes, and its button with it.
    if (mine && count === 1) rowOf(event)?.focus({ preventScroll: true });
    react(entry, emoji);
  };
  return html`<div class="chat-reactions">
    ${(entry.reactions ?? []).map((one) => html`<button type="button" key=${one.emoji} class="chat-reaction" aria-pressed=${one.mine}
      aria-label=${`${one.emoji}, ${one.count}${one.mine ? ', with you: take it back' : ': add yours'}`} onClick=${toggle(one)}>${one.emoji}${one.count > 1 && html`<span>${one.count}</span>`}</button>`)}
  </div>`;
}

/** Why it was not sent, and what to do. @param {{ outgoing: Outgoing }} props */
function Refused({ outgoing }) {
  /** @param {MouseEvent} event */
  const again = (event) => {
    rowOf(event)?.focus({ preventScroll: true });
    retry(outgoing);
  };
  /** @param {MouseEvent} event */
  const drop = (event) => {
    beside(rowOf(event))?.focus({ preventScroll: true });
    discard(outgoing);
  };
  return html`<div class="chat-refused"><p>${outgoing.problem}</p>
    <button type="button" class="link" onClick=${again}>Try again</button>
    <button type="button" class="link" onClick=${drop}>Discard</button></div>`;
}

/** @param {{ entry: Entry } & Pick<Doings, 'onMenu' | 'onReply'>} props */
const Tools = ({ entry, onMenu, onReply }) => html`<div class="chat-tools">
  <button type="button" class="quiet-button" aria-label="Reply" onClick=${() => onReply(entry)}><${Icon} name="reply" size=${18} /></button>
  <button type="button" class="quiet-button" aria-label="React and more" aria-haspopup="menu" onClick=${(/** @type {MouseEvent} */ { currentTarget }) => onMenu(entry, /** @type {Element} */ (currentTarget))}>
    <${Icon} name="smile-plus" size=${18} /></button></div>`;

/** @param {{ row: Extract<import('./rows.js').Row, { kind: 'message' }>, isCurrent: boolean, isFlashed: boolean } & Doings} props */
export function Message({ row, isCurrent, isFlashed, ...doings }) {
  const { entry, outgoing, isFirst, isLast, key } = row;
  const { one, selected, onSelect, onMenu } = doings;
  const isMine = entry.actor === me();
  const user = person(entry.actor, one);
  const who = isMine ? 'You' : user?.name ?? (one.kind === 'direct' && !otherOf(one) ? 'Somebody who left' : 'Somebody');
  const now = isMine && !entry.deleted ? state(one, entry, outgoing) : null;
  const isSelected = selected?.has(entry.seq) ?? false;
  const canBeChosen = selected !== null && !outgoing;
  const words = gist(entry);

  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const target = /** @type {Element} */ (event.target);
    if (canBeChosen) {
      if (!(target instanceof HTMLInputElement)) onSelect(entry.seq);
      return;
    }
    // A finger has no pointer that hovers: touching a message shows what can be done with it.
    const isTouch = event instanceof PointerEvent && event.pointerType === 'touch';
    if (isTouch && !outgoing && !entry.deleted && !target.closest('a, button') && target.closest('.chat-bubble')) onMenu(entry, /** @type {Element} */ (target.closest('.chat-bubble')));
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.target !== event.currentTarget || outgoing || (event.key !== 'Enter' && event.key !== ' ' && event.key !== 'ContextMenu')) return;
    event.preventDefault();
    if (canBeChosen) onSelect(entry.seq);
    else if (!entry.deleted) onMenu(entry, /** @type {Element} */ (event.currentTarget));
  };
  const classes = ['chat-message', isMine ? 'mine' : 'theirs', isFirst && 'first', isLast && 'last', entry.deleted && 'gone', now?.kind === 'failed' && 'failed', isSelected && 'selected', isFlashed && 'flashed', canBeChosen && 'choosing'];
  return html`<article class=${classes.filter(Boolean).join(' ')} data-key=${key} data-seq=${entry.seq || undefined} tabindex=${isCurrent ? 0 : -1}
      aria-label=${`${who}, ${clock(entry.at)}: ${words}${now ? `. ${now.words}` : ''}`} onClick=${onClick} onKeyDown=${onKeyDown}>
    ${canBeChosen && html`<input type="checkbox" class="chat-choose" checked=${isSelected} disabled=${entry.deleted} tabindex=${isCurrent ? 0 : -1}
      aria-label=${`Select the message of ${who}, ${clock(entry.at)}: ${words}`} onChange=${() => onSelect(entry.seq)} />`}
    ${!isMine && one.kind === 'group' && html`<span class="chat-by">${isLast && html`<${Avatar} user=${user ?? { id: entry.actor ?? '', handle: '', name: who, avatar: null }} size="s" />`}</span>`}
    <div class="chat-body">
      <div class=${`chat-bubble ${entry.image && !entry.deleted ? 'with-photo' : ''}`}>
        ${isFirst && !isMine && one.kind === 'group' && html`<p class="chat-who"><bdi>${who}</bdi></p>`}
        ${entry.reply_to && !entry.deleted && html`<${Quote} seq=${entry.reply_to} ...${doings} />`}
        ${entry.image && !entry.deleted && html`<${Photo} image=${entry.image} whose=${isMine ? 'Your picture' : `Picture from ${who}`} />`}
        <div class="chat-line">${entry.deleted ? html`<p class="chat-words chat-deleted"><${Icon} name="ban" size=${16} />This message was deleted</p>` : entry.text && html`<${Words} text=${entry.text} />`}
        <p class="chat-meta">${entry.edited_at && !entry.deleted && html`<span>edited</span>`}<time datetime=${entry.at} title=${whole(entry.at)}>${clock(entry.at)}</time>
          ${now && html`<span class=${`chat-state ${now.kind}`} title=${now.words}><${Icon} name=${now.icon} size=${15} /><span class="unseen">${now.words}</span></span>`}</p></div>
      </div>
      ${!!entry.reactions?.length && html`<${Reactions} entry=${entry} />`}
      ${outgoing?.problem && html`<${Refused} outgoing=${outgoing} />`}
    </div>
    ${!outgoing && !entry.deleted && !selected && html`<${Tools} entry=${entry} ...${doings} />`}
  </article>`;
}

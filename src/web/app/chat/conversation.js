// A conversation that is open: who, what was said, and where one writes.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { useTitle } from '../base/page.js';
import { Avatar } from '../parts/avatar.js';
import { Dialog } from '../parts/dialog.js';
import { Empty, Skeleton } from '../parts/states.js';
import { complain } from '../parts/toast.js';
import { picturesIn, picturesPasted, useUploads } from '../parts/upload.js';
import { Actions } from './actions.js';
import { react } from './changes.js';
import { Composer } from './composer.js';
import { fetchTalk, left, me, nameOf, talk, talks } from './conversations.js';
import { draftOf } from './drafts.js';
import { EmojiDialog } from './emoji.js';
import { Erasing } from './erasing.js';
import { beside } from './focus.js';
import { Header } from './header.js';
import { link } from './line.js';
import { LinkState } from './link-state.js';
import { logOf } from './logs.js';
import { readers } from './message.js';
import { Messages } from './messages.js';
import { copyMessages, SelectionBar } from './selection.js';

/** @typedef {import('./fold.js').Entry} Entry */
/** @typedef {import('./conversations.js').Talk} Talk */

const isRoomy = matchMedia('(min-width: 48rem)');

/** @param {{ id: string }} props */
export function Conversation({ id }) {
  const one = talk(id);
  const areKnown = talks.value !== null;
  const [isMissing, setMissing] = useState(false);
  useTitle(one ? nameOf(one) : 'Chat');
  // It may have begun a moment ago.
  useEffect(() => {
    setMissing(left.has(id));
    if (!areKnown || one || left.has(id)) return;
    fetchTalk(id).then(() => setMissing(!talks.peek()?.has(id)), complain);
  }, [areKnown, one === undefined]);
  if (one) return html`<${Open} one=${one} />`;
  if (isMissing) {
    return html`<section class="chat-main"><${Empty} icon="messages-square" title="This conversation is not there">
      <p>It may have ended, or you take no part in it any more.</p><p><a class="button" href="/chat">All conversations</a></p><//></section>`;
  }
  return html`<section class="chat-main"><h1 class="unseen">Chat</h1><${LinkState} /><${Skeleton} lines=${6} class="chat-waiting" /></section>`;
}

/** @param {{ one: Talk }} props */
function Open({ one }) {
  const log = logOf(one.id);
  const [reply, setReply] = useState(() => draftOf(one.id).reply);
  // An edit that failed after one had gone elsewhere goes on.
  const [editing, setEditing] = useState(() => [...log.unsaved.keys()].map((seq) => log.entry(seq)).find((entry) => entry) ?? null);
  const [selected, setSelected] = useState(/** @type {Set<number> | null} */ (null));
  const [menu, setMenu] = useState(/** @type {{ entry: Entry, from: Element } | null} */ (null));
  const [dialog, setDialog] = useState(/** @type {{ kind: 'emoji' | 'readers' | 'erase', entries: Entry[] } | null} */ (null));
  const [isOver, setOver] = useState(false);
  const pictures = useUploads({ max: 1 });
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const scroller = useRef(/** @type {import('./messages.js').Scroller | null} */ (null));

  useEffect(() => {
    if (isRoomy.matches) field.current?.focus();
    else root.current?.querySelector('h1')?.focus({ preventScroll: true });
  }, []);
  // What failed for want of a connection is tried again with one.
  useEffect(() => {
    if (!log.isLoaded.peek()) log.open();
    else if (link.value === 'online' && log.problem.peek()) log.problem.value = null;
  }, [link.value, log.isLoaded.value]);
  useEffect(() => {
    if (link.value !== 'online') return;
    for (const { key, file, problem } of pictures.uploads.peek()) if (file && problem?.isPassing) pictures.retry(key);
  }, [link.value]);
  useEffect(() => {
    if (reply) log.quote(reply);
  }, [reply]);

  const write = () => field.current?.focus();
  /** @param {Entry} entry */
  const answer = (entry) => {
    setEditing(null);
    setReply(entry.seq);
    write();
  };
  /** @param {number} seq */
  const toggle = (seq) => setSelected((now) => {
    const next = new Set(now);
    if (!next.delete(seq)) next.add(seq);
    return next;
  });
  const chosen = log.entries.value.filter(({ seq, deleted }) => selected?.has(seq) && !deleted);
  const doings = {
    one, log, selected, onSelect: toggle, onReply: answer, onJump: (/** @type {number} */ seq) => scroller.current?.to(seq),
    onMenu: (/** @type {Entry} */ entry, /** @type {Element} */ from) => setMenu((now) => (now?.entry.seq === entry.seq ? null : { entry, from })),
  };
  /** @param {Entry} entry */
  const actions = (entry) => [
    { label: 'Reply', icon: 'reply', run: () => answer(entry) },
    entry.text && { label: 'Copy', icon: 'copy', run: () => copyMessages([entry], one) },
    entry.actor === me() && entry.text && { label: 'Edit', icon: 'pencil', run: () => { setReply(null); setEditing(entry); write(); } },
    entry.actor === me() && one.kind === 'group' && { label: 'Who has read it', icon: 'eye', run: () => setDialog({ kind: 'readers', entries: [entry] }) },
    { label: 'Select', icon: 'check', run: () => setSelected(new Set([entry.seq])) },
    { label: 'Delete', icon: 'trash-2', isDangerous: true, run: () => setDialog({ kind: 'erase', entries: [entry] }) },
  ];
  const present = menu ? log.entry(menu.entry.seq) ?? menu.entry : null;
  const [first] = dialog?.entries ?? [];
  const close = () => setDialog(null);
  const stopSelecting = () => {
    setSelected(null);
    setTimeout(write);
  };
  // The dialog gives the focus back to a row that is about to go.
  const erased = () => {
    if (selected) return stopSelecting();
    const row = root.current?.querySelector(`.chat-message[data-seq="${first?.seq}"]`);
    const next = beside(row);
    return void setTimeout(() => (row instanceof HTMLElement && row.isConnected ? row : next)?.focus({ preventScroll: true }));
  };
  /** @param {ClipboardEvent} event */
  const onPaste = (event) => {
    const files = picturesPasted(event.clipboardData);
    if (!files.length || selected || editing) return;
    event.preventDefault();
    pictures.add(files);
  };
  /** @param {DragEvent} event */
  const onDragOver = (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  /** @param {DragEvent} event */
  const onDrop = (event) => {
    event.preventDefault();
    setOver(false);
    pictures.add(picturesIn(event.dataTransfer));
    write();
  };
  /** @param {DragEvent} event */
  const onDragLeave = (event) => root.current?.contains(/** @type {Node | null} */ (event.relatedTarget)) || setOver(false);
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === 'Escape' && selected && !event.defaultPrevented) stopSelecting();
  };

  return html`<section class=${`chat-main ${isOver ? 'over' : ''} ${selected ? 'selecting' : ''}`} ref=${root} onPaste=${onPaste} onDragOver=${onDragOver} onDragLeave=${onDragLeave} onDrop=${onDrop} onKeyDown=${onKeyDown}>
    <${Header} one=${one} onSelect=${() => setSelected(new Set())} />
    <${LinkState} />
    <${Messages} doings=${doings} scroller=${scroller} />
    ${selected ? html`<${SelectionBar} one=${one} entries=${chosen} onDelete=${() => setDialog({ kind: 'erase', entries: chosen })} onClose=${stopSelecting} />`
      : html`<${Composer} one=${one} log=${log} reply=${reply} setReply=${setReply} editing=${editing} setEditing=${setEditing} pictures=${pictures} field=${field} onSent=${() => scroller.current?.toEnd()} />`}
    ${menu && present && html`<${Actions} key=${present.seq} from=${menu.from} label="This message" mine=${new Set(present.reactions?.filter(({ mine }) => mine).map(({ emoji }) => emoji))}
      actions=${actions(present)} onReact=${(/** @type {string} */ emoji) => react(present, emoji)} onMoreEmoji=${() => setDialog({ kind: 'emoji', entries: [present] })} onClose=${() => setMenu(null)} />`}
    ${dialog?.kind === 'emoji' && first && html`<${EmojiDialog} onChoose=${(/** @type {string} */ emoji) => react(first, emoji)} onClose=${close} />`}
    ${dialog?.kind === 'readers' && first && html`<${Readers} one=${one} entry=${first} onClose=${close} />`}
    ${dialog?.kind === 'erase' && html`<${Erasing} entries=${dialog.entries} onDone=${erased} onClose=${close} />`}
    ${isOver && html`<p class="chat-drop">Drop the picture here</p>`}
  </section>`;
}

/** Who has read a message. @param {{ one: Talk, entry: Entry, onClose: () => void }} props */
function Readers({ one, entry, onClose }) {
  const who = readers(one, entry);
  return html`<${Dialog} title="Read by" onClose=${onClose}>
    ${who.length ? html`<ul class="chat-people">${who.map((user) => html`<li key=${user.id} class="chat-member"><${Avatar} user=${user} /><bdi>${user.name}</bdi></li>`)}</ul>` : html`<p class="quiet">Nobody yet.</p>`}
  <//>`;
}

// The log as it is read: stays at its end while one is there, holds still when something comes above or below, and tells
// what one has seen.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { counted } from '../base/page.js';
import { Icon } from '../parts/icon.js';
import { Skeleton, Wrong } from '../parts/states.js';
import { Message } from './message.js';
import { note } from './notes.js';
import { outbox } from './outbox.js';
import { markRead } from './reading.js';
import { dayName, rowsOf, waitingIn } from './rows.js';
import { useHold } from './scroll.js';
import { Typing } from './typing.js';

/** @typedef {import('./conversations.js').Talk} Talk */

/** How near to the beginning of what is here more is asked for, in pixels. */
const NEAR = 700;

/** So many unread messages are looked through from the first; with more one begins at the end. */
const MANY = 300;

/** Where the line above what is new stands: below what was read when one came. @param {Talk} one */
function useLine(one) {
  const read = () => (one.unread_count > 0 ? one.read_seq : null);
  const [after, setAfter] = useState(read);
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const look = () => {
      if (!document.hidden && latest.current() !== null) setAfter(latest.current());
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return { after, clear: () => setAfter(null) };
}

/** @typedef {{ toEnd: () => void, to: (seq: number) => void }} Scroller */

/** @param {{ doings: import('./message.js').Doings, scroller: { current: Scroller | null } }} props */
export function Messages({ doings, scroller }) {
  const { one, log } = doings;
  const line = useLine(one);
  const entries = log.entries.value;
  const waiting = waitingIn(entries, outbox.value, one.id);
  const rows = rowsOf(entries, waiting, line.after);
  const messages = rows.filter((row) => row.kind === 'message');
  const [current, setCurrent] = useState('');
  const [flashed, setFlashed] = useState('');
  const [wanted, setWanted] = useState(0);
  const isFull = log.from.value <= 1;
  const hold = useHold();
  const { box, isAtEnd } = hold;
  const isPlaced = useRef(false);
  const isReady = log.isLoaded.value && (line.after === null || line.after >= log.from.value - 1 || one.unread_count > MANY || !!log.problem.value);

  useEffect(() => {
    if (log.isLoaded.value && !isReady && line.after !== null) log.reach(line.after + 1);
  }, [log.isLoaded.value, isReady]);

  // What one has seen: all of it at the end, else up to the last message that can be seen whole.
  const see = () => {
    const { current: element } = box;
    if (!element || document.hidden || !isPlaced.current) return;
    if (hold.isAtEnd.peek()) return markRead(one.id, log.to);
    const bottom = element.getBoundingClientRect().bottom;
    const seen = [...element.querySelectorAll('[data-seq]')].findLast((row) => row.getBoundingClientRect().bottom <= bottom);
    if (seen instanceof HTMLElement) markRead(one.id, Number(seen.dataset['seq']));
  };
  const onScroll = () => {
    hold.scrolled();
    if ((box.current?.scrollTop ?? NEAR) < NEAR && !isFull && isPlaced.current && !log.problem.peek()) log.older();
    see();
  };
  useLayoutEffect(() => {
    if (!isReady) return;
    if (!isPlaced.current) {
      isPlaced.current = true;
      const mark = box.current?.querySelector('.chat-new');
      if (mark instanceof HTMLElement) hold.place(mark, 0.25);
      else hold.toEnd();
    } else hold.settle();
    onScroll();
  }, [rows, isReady]);
  useEffect(() => {
    document.addEventListener('visibilitychange', see);
    return () => document.removeEventListener('visibilitychange', see);
  }, [one.id]);

  // A message that a quote leads to.
  useEffect(() => {
    const row = wanted ? box.current?.querySelector(`[data-seq="${wanted}"]`) : null;
    if (!(row instanceof HTMLElement)) return undefined;
    hold.place(row, 0.35);
    const key = row.dataset['key'] ?? '';
    setWanted(0);
    setCurrent(key);
    setFlashed(key);
    row.focus({ preventScroll: true });
    return undefined;
  }, [wanted, rows]);
  useEffect(() => {
    if (!flashed) return undefined;
    const timer = setTimeout(() => setFlashed(''), 2000);
    return () => clearTimeout(timer);
  }, [flashed]);

  scroller.current = {
    toEnd: () => {
      line.clear();
      hold.toEnd();
    },
    to: (seq) => log.reach(seq).then(() => setWanted(seq)),
  };

  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const at = event.target instanceof HTMLElement && event.target.matches('.chat-message') ? messages.findIndex(({ key }) => key === /** @type {HTMLElement} */ (event.target).dataset['key']) : -1;
    const steps = new Map([['ArrowUp', at - 1], ['ArrowDown', at + 1], ['Home', 0], ['End', messages.length - 1]]);
    const next = messages[steps.get(event.key) ?? -1];
    if (at < 0 || !next) return;
    event.preventDefault();
    setCurrent(next.key);
    const row = box.current?.querySelector(`[data-key="${CSS.escape(next.key)}"]`);
    if (row instanceof HTMLElement) row.focus();
  };
  const chosen = messages.some(({ key }) => key === current) ? current : messages.at(-1)?.key;

  // A row that is as it was is not drawn again: in a long log that is all but one or two of them.
  const cache = useRef(/** @type {Map<string, { inputs: unknown[], node: any }>} */ (new Map()));
  /** @param {Extract<import('./rows.js').Row, { kind: 'message' }>} row */
  const drawn = (row) => {
    const { entry, outgoing, isFirst, isLast, key } = row;
    const { selected } = doings;
    const inputs = [entry, outgoing, isFirst, isLast, key === chosen, key === flashed, selected === null, selected?.has(entry.seq), one.members, log];
    const before = cache.current.get(key);
    // What is on its way has a new entry each time.
    if (before && !outgoing && inputs.every((input, at) => input === before.inputs[at])) return before.node;
    const node = html`<${Message} key=${key} row=${row} isCurrent=${key === chosen} isFlashed=${key === flashed} ...${doings} />`;
    cache.current.set(key, { inputs, node });
    return node;
  };

  return html`<div class="chat-log">
    <div class="chat-scroll" ref=${box} onScroll=${onScroll} onKeyDown=${onKeyDown} onFocusIn=${(/** @type {FocusEvent} */ { target }) => {
      const key = target instanceof Element ? target.closest('.chat-message')?.getAttribute('data-key') : null;
      if (key && key !== chosen) setCurrent(key);
    }}>
      <div ref=${hold.inside} class=${`chat-inside ${isReady || log.problem.value ? '' : 'unready'}`}>
        ${!log.isLoaded.value && (log.problem.value ? html`<${Wrong} problem=${log.problem.value} onRetry=${() => log.open()} />` : html`<${Skeleton} lines=${6} class="chat-waiting" />`)}
        ${log.isLoaded.value && html`<${Beginning} one=${one} log=${log} isFull=${isFull} isEmpty=${rows.length === 0} />`}
        <div role="log" aria-label="Messages" aria-live=${log.isLoading.value || !isReady ? 'off' : 'polite'} aria-relevant="additions">
          ${rows.map((row) => {
            if (row.kind === 'day') return html`<p class="chat-day" key=${row.key}><span>${dayName(row.at)}</span></p>`;
            if (row.kind === 'new') return html`<p class="chat-new" key=${row.key}><span>New messages</span></p>`;
            if (row.kind === 'note') return html`<p class="chat-note" key=${row.key} data-seq=${row.entry.seq}><bdi>${note(row.entry)}</bdi></p>`;
            return drawn(row);
          })}
        </div>
        <${Typing} one=${one} />
      </div>
    </div>
    ${!isAtEnd.value && log.isLoaded.value && html`<button type="button" class="chat-down" onClick=${() => hold.toEnd()}
      aria-label=${one.unread_count ? `Go to the newest message, ${counted(one.unread_count, 'new one')}` : 'Go to the newest message'}>
      <${Icon} name="arrow-down" />${one.unread_count > 0 && html`<span class="badge">${one.unread_count}</span>`}</button>`}
  </div>`;
}

/** Above the first message that is here. @param {{ one: Talk, log: import('./log.js').Log, isFull: boolean, isEmpty: boolean }} props */
function Beginning({ one, log, isFull, isEmpty }) {
  if (log.problem.value) return html`<${Wrong} problem=${log.problem.value} onRetry=${() => log.older()} />`;
  if (!isFull) return html`<p class="chat-beginning"><button type="button" class="button small" disabled=${log.isLoading.value} onClick=${() => log.older()}>${log.isLoading.value ? 'Loading…' : 'Earlier messages'}</button></p>`;
  return html`<p class="chat-beginning">${isEmpty ? 'Nothing has been said yet. Say the first word.' : one.kind === 'group' ? 'This is where the group began.' : 'This is where your conversation began.'}</p>`;
}

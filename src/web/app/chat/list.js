// One's conversations.

import { html, useState } from '../vendor/preact.js';
import { short } from '../base/page.js';
import { ago, clock, whole } from '../base/time.js';
import { Icon } from '../parts/icon.js';
import { Empty, Skeleton, Wrong } from '../parts/states.js';
import { Begin } from './begin.js';
import { connectNow } from './connection.js';
import { listed, listProblem, nameOf, talks } from './conversations.js';
import { useLast } from './last.js';
import { LinkState } from './link-state.js';
import { gist, preview } from './notes.js';
import { outbox } from './outbox.js';
import { Face } from './people.js';
import { writing } from './typing.js';

/** @param {string} iso */
const when = (iso) => (new Date(iso).toDateString() === new Date().toDateString() ? clock(iso) : ago(iso));

/** @param {{ one: import('./conversations.js').Talk, isOpen: boolean }} props */
function Talk({ one, isOpen }) {
  const words = writing(one);
  const waiting = outbox.value.findLast(({ conversation, seq }) => conversation === one.id && !seq);
  return html`<li><a class=${`chat-talk ${one.unread_count ? 'unread' : ''}`} href=${`/chat/${one.id}`} aria-current=${isOpen ? 'page' : undefined}>
    <${Face} one=${one} size="l" />
    <span class="chat-talk-words">
      <span class="chat-talk-top"><b><bdi>${nameOf(one)}</bdi></b><time datetime=${one.active} title=${whole(one.active)}>${when(one.active)}</time></span>
      <span class="chat-talk-top"><span class=${`chat-preview ${words ? 'writing' : ''}`} dir="auto">${words || (waiting ? `${waiting.problem ? 'Not sent' : 'On its way'}: ${gist(waiting)}` : preview(one))}</span>
        ${one.unread_count > 0 && html`<span class="badge">${short(one.unread_count)}<span class="unseen"> unread</span></span>`}</span>
    </span></a></li>`;
}

/** @param {{ open?: string }} props */
export function List({ open }) {
  const [isBeginning, setBeginning] = useState(false);
  useLast();
  const begin = () => setBeginning(true);
  const heading = open ? html`<h2>Chat</h2>` : html`<h1>Chat</h1>`;
  return html`<section class="chat-side" aria-label="Conversations">
    <div class="chat-side-head">${heading}
      <button type="button" class="quiet-button" aria-label="New conversation" onClick=${begin}><${Icon} name="plus" size=${22} /></button></div>
    ${!open && html`<${LinkState} />`}
    <${Conversations} open=${open} onBegin=${begin} />
    ${isBeginning && html`<${Begin} onClose=${() => setBeginning(false)} />`}
  </section>`;
}

/** @param {{ open?: string, onBegin: () => void }} props */
function Conversations({ open, onBegin }) {
  if (!talks.value) return listProblem.value ? html`<${Wrong} problem=${listProblem.value} onRetry=${connectNow} />` : html`<${Skeleton} lines=${9} class="chat-waiting" />`;
  if (!listed.value.length) {
    return html`<${Empty} icon="messages-square" title="It is quiet here">
      <p>Begin a conversation with somebody, or gather a few people in a group.</p>
      <p><button type="button" class="button primary" onClick=${onBegin}>Begin a conversation</button></p><//>`;
  }
  return html`<ul class="chat-talks">${listed.value.map((one) => html`<${Talk} key=${one.id} one=${one} isOpen=${one.id === open} />`)}</ul>`;
}

// Chat: one's conversations, and the one that is open beside them; on a phone each is a page of its own.

import { html, useRef } from '../vendor/preact.js';
import { useTitle } from '../base/page.js';
import { Icon } from '../parts/icon.js';
import './connection.js';
import { talks } from './conversations.js';
import { Conversation } from './conversation.js';
import { useKeyboard } from './keyboard.js';
import { List } from './list.js';

function Nothing() {
  useTitle('Chat');
  if (!talks.value?.size) return html`<div class="chat-main"></div>`;
  return html`<section class="chat-main chat-none"><span class="empty-icon"><${Icon} name="messages-square" size=${28} /></span><p>Choose a conversation, or begin one.</p></section>`;
}

/** @param {{ id?: string }} props */
export default function ChatPage({ id }) {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  useKeyboard(root);
  return html`<div ref=${root} class=${`full chat ${id ? 'has-open' : ''}`}>
    <${List} open=${id} />
    ${id ? html`<${Conversation} key=${id} id=${id} />` : html`<${Nothing} />`}
  </div>`;
}

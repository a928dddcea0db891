// Chat: one's conversations, and the one that is open beside them; on a phone each is a page of its own.

import { html } from '../vendor/preact.js';
import { useTitle } from '../base/page.js';
import { Icon } from '../parts/icon.js';
import './connection.js';
import { Conversation } from './conversation.js';
import { List } from './list.js';

function Nothing() {
  useTitle('Chat');
  return html`<section class="chat-main chat-none"><span class="empty-icon"><${Icon} name="messages-square" size=${28} /></span><p>Choose a conversation, or begin one.</p></section>`;
}

/** @param {{ id?: string }} props */
export default function ChatPage({ id }) {
  return html`<div class=${`full chat ${id ? 'has-open' : ''}`}>
    <${List} open=${id} />
    ${id ? html`<${Conversation} key=${id} id=${id} />` : html`<${Nothing} />`}
  </div>`;
}

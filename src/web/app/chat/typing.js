// Who is writing, below the last message.

import { html } from '../vendor/preact.js';
import { me } from './conversations.js';
import { name } from './people.js';
import { typists } from './presence.js';

/** Who is writing, in words; empty where nobody is. @param {Conversation} one */
export function writing(one) {
  const who = (typists.value.get(one.id) ?? []).filter((id) => id !== me()).map((id) => name(id, one).split(' ')[0] ?? '');
  if (!who.length) return '';
  if (who.length > 3) return 'Several people are writing…';
  const last = who.pop();
  return `${who.length ? `${who.join(', ')} and ${last} are` : `${last} is`} writing…`;
}

/** @param {{ one: Conversation }} props */
export function Typing({ one }) {
  const words = writing(one);
  return html`<p class="chat-typing">${words && html`<span class="chat-dots" aria-hidden="true"><i></i><i></i><i></i></span><bdi>${words}</bdi>`}</p>`;
}

// What happened, in words: between messages, and below the names in the list.

import { me, nameOf, otherOf, talk } from './conversations.js';
import { name } from './people.js';

/** @typedef {import('./conversations.js').Talk} Talk */

/** What an event that is no message says. @param {ChatEvent} event */
export function note(event) {
  const one = talk(event.conversation);
  const actor = event.actor === me() ? 'You' : name(event.actor, one);
  const user = event.user === me() ? 'you' : name(event.user, one);
  switch (event.kind) {
    case 'member_joined': return event.user === event.actor ? `${actor} joined` : `${actor} added ${user}`;
    case 'member_left': return event.user === event.actor ? `${actor} left` : `${actor} removed ${user}`;
    case 'renamed': return `${actor} named the group “${event.name}”`;
    case 'owner_changed': return `${event.owner === me() ? 'You are' : `${name(event.owner, one)} is`} the owner now`;
    default: return '';
  }
}

/** A message in a few words. @param {{ text?: string | null, image?: Media | null, deleted?: boolean }} message */
export function gist({ text, image, deleted }) {
  if (deleted) return 'Deleted message';
  const words = (text ?? '').replace(/\s+/gu, ' ').trim();
  return words || (image ? 'A picture' : '');
}

/** The last thing that happened, for the list. @param {Talk} one */
export function preview(one) {
  const event = one.last_event;
  if (!event) return one.kind === 'group' ? 'Nothing said yet' : `Say hello to ${otherOf(one)?.name.split(' ')[0] ?? nameOf(one)}`;
  const who = event.actor === me() ? 'You' : one.kind === 'group' ? name(event.actor, one).split(' ')[0] : '';
  if (event.kind === 'message') return `${who ? `${who}: ` : ''}${gist(event)}`;
  const actor = event.actor === me() ? 'You' : name(event.actor, one);
  if (event.kind === 'reaction') return event.added ? `${actor} reacted with ${event.emoji}` : `${actor} took ${event.emoji} back`;
  if (event.kind === 'edited') return `${who ? `${who}: ` : ''}${gist(event)}`;
  if (event.kind === 'deleted' && event.for === 'me') return event.actor === me() ? 'You deleted a message' : '…';
  if (event.kind === 'deleted') return 'A message was deleted';
  return note(event);
}

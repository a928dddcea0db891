// Who one talks to, and what can be done with the conversation.

import { html, useState } from '../vendor/preact.js';
import { counted } from '../base/page.js';
import { Confirm } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { isBlocked, setBlocked } from '../people/standing.js';
import { me, nameOf, otherOf } from './conversations.js';
import { link } from './line.js';
import { Leave, Members, Rename } from './members.js';
import { Face } from './people.js';
import { present } from './presence.js';
import { markRead } from './reading.js';
import { writing } from './typing.js';

/** @typedef {import('./conversations.js').Talk} Talk */

/** @param {Talk} one */
function status(one) {
  const words = writing(one);
  if (words) return words;
  const here = one.members.filter(({ id }) => id !== me() && present.value.has(id)).length;
  if (one.kind === 'group') return `${counted(one.members.length, 'member')}${here ? `, ${here + 1} here now` : ''}`;
  const other = otherOf(one);
  if (!other) return 'This account is gone';
  if (isBlocked(other.id)) return 'Blocked: they cannot write to you';
  if (here) return 'Here now';
  // Without a connection nobody knows.
  return link.value === 'online' ? 'Not here now' : '';
}

/** @param {{ user: UserSummary, onClose: () => void }} props */
const Block = ({ user, onClose }) => html`<${Confirm} title=${`Block ${user.name}?`} action="Block" isDangerous onConfirm=${() => setBlocked(user, true)} onClose=${onClose}>
  <p>They cannot send you messages any more, and are not told. You can take this back at any time.</p><//>`;

/** @param {{ one: Talk, onSelect: () => void }} props */
export function Header({ one, onSelect }) {
  const [dialog, setDialog] = useState(/** @type {'members' | 'rename' | 'leave' | 'block' | null} */ (null));
  const other = one.kind === 'direct' ? otherOf(one) : undefined;
  const isGroup = one.kind === 'group';
  const close = () => setDialog(null);
  const items = [
    other && { label: 'Profile', icon: 'user', href: `/u/${other.handle}` },
    isGroup && { label: 'Members', icon: 'users', run: () => setDialog('members') },
    isGroup && one.owner === me() && { label: 'Rename the group', icon: 'pencil', run: () => setDialog('rename') },
    { label: 'Select messages', icon: 'check', run: onSelect },
    one.unread_count > 0 && { label: 'Mark as read', icon: 'check-check', run: () => markRead(one.id, one.last_seq) },
    other && !isBlocked(other.id) && { label: 'Block', icon: 'ban', isDangerous: true, run: () => setDialog('block') },
    other && isBlocked(other.id) && { label: 'Unblock', icon: 'ban', run: () => void setBlocked(other, false) },
    isGroup && { label: 'Leave the group', icon: 'log-out', isDangerous: true, run: () => setDialog('leave') },
  ];
  return html`<header class="chat-head">
    <a class="quiet-button chat-back" href="/chat" aria-label="All conversations"><${Icon} name="chevron-left" /></a>
    <${Face} one=${one} />
    <div class="chat-names"><h1 tabindex="-1"><bdi>${nameOf(one)}</bdi></h1>
      ${isGroup ? html`<button type="button" class="chat-status" aria-label=${`${status(one)}: show them`} onClick=${() => setDialog('members')}>${status(one)}</button>` : html`<p class="chat-status">${status(one)}</p>`}</div>
    <${Menu} label="This conversation" items=${items} />
    ${dialog === 'members' && html`<${Members} one=${one} onClose=${close} />`}
    ${dialog === 'rename' && html`<${Rename} one=${one} onClose=${close} />`}
    ${dialog === 'leave' && html`<${Leave} one=${one} onClose=${close} />`}
    ${dialog === 'block' && other && html`<${Block} user=${other} onClose=${close} />`}
  </header>`;
}

// Somebody in a list.

import { html } from '../vendor/preact.js';
import { Avatar } from '../parts/avatar.js';
import { Icon } from '../parts/icon.js';

/** What somebody may do here, where that is more than others may. @param {{ role: Role }} props */
export const RoleBadge = ({ role }) => role !== 'member' && html`<span class=${`people-role ${role}`}><${Icon} name="shield" size=${14} />${role === 'admin' ? 'Admin' : 'Moderator'}</span>`;

/** @param {{ user: User }} props */
export const Person = ({ user }) => html`<li class="people-card">
  <${Avatar} user=${user} size="l" />
  <div class="people-words">
    <p class="people-name"><a href=${`/u/${user.handle}`}><bdi>${user.name}</bdi></a> <${RoleBadge} role=${user.role} /></p>
    <p class="quiet">@${user.handle}</p>
    ${user.bio && html`<p class="people-bio" dir="auto">${user.bio}</p>`}
  </div>
</li>`;

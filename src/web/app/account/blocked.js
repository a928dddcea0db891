// Whom one has blocked, and letting them write again.

import { html, useRef } from '../vendor/preact.js';
import { Avatar, Name } from '../parts/avatar.js';
import { blocked, setBlocked } from '../people/standing.js';

export function BlockedPart() {
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  const users = blocked.value ?? [];
  /** @param {UserSummary} user */
  const unblock = async (user) => {
    await setBlocked(user, false);
    // The button that was pressed is gone.
    title.current?.focus();
  };
  return html`<section class="panel" id="blocked" aria-labelledby="blocked-title">
    <h2 id="blocked-title" ref=${title} tabindex="-1">Blocked</h2>
    <p class="quiet">${users.length ? 'They cannot write to you. Nobody is told whom you have blocked.' : 'You have blocked nobody. On a profile you can: they cannot write to you then, and are not told.'}</p>
    ${users.length > 0 && html`<ul class="account-sessions">${users.map((user) => html`<li class="account-session" key=${user.id}>
      <${Avatar} user=${user} />
      <div class="account-session-words"><p><${Name} user=${user} /></p><p class="quiet">@${user.handle}</p></div>
      <button class="button small" aria-label=${`Unblock ${user.name}`} onClick=${() => unblock(user)}>Unblock</button>
    </li>`)}</ul>`}
  </section>`;
}

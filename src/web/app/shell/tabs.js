// What one goes to most, in reach of a thumb.

import { html } from '../vendor/preact.js';
import { unread } from '../base/page.js';
import { isAt } from '../base/router.js';
import { account } from '../base/session.js';
import { Icon } from '../parts/icon.js';

/** @param {{ isInert: boolean }} props */
export function Tabs({ isInert }) {
  const me = account.value;
  const ways = me
    ? [['/', 'house', 'Feed'], ['/chat', 'messages-square', 'Chat'], ['/new', 'plus', 'New post'], ['/people', 'users', 'People'], [`/u/${me.handle}`, 'user', 'Me']]
    : [['/', 'house', 'Feed'], ['/people', 'users', 'People'], ['/login', 'log-in', 'Log in'], ['/join', 'user-plus', 'Join']];
  return html`<nav class="tabs" aria-label="Main" inert=${isInert}><ul>
    ${ways.map(([href = '', icon, label]) => html`<li key=${href}><a href=${href} class=${href === '/new' ? 'tab-new' : ''} aria-current=${isAt(href) ? 'page' : undefined}>
      <span class="tab-icon"><${Icon} name=${icon} size=${22} />${href === '/chat' && unread.value > 0 && html`<span class="dot"><span class="unseen">${unread.value} unread</span></span>`}</span>
      <span>${label}</span></a></li>`)}
  </ul></nav>`;
}

// The bar on top.

import { html } from '../vendor/preact.js';
import { account, isAdmin, logOut } from '../base/session.js';
import { go } from '../base/router.js';
import { Avatar } from '../parts/avatar.js';
import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { complain, say } from '../parts/toast.js';
import { isDark, switchTheme } from './theme.js';

async function leave() {
  try {
    await logOut();
    say('You are signed out.');
    go('/');
  } catch (problem) {
    complain(problem);
  }
}

function Me() {
  const me = account.value;
  if (!me) return html`<a class="button" href="/login">Log in</a><a class="button primary wide-only" href="/join">Join</a>`;
  const items = [
    { label: 'Profile', icon: 'user', href: `/u/${me.handle}` },
    { label: 'My posts', icon: 'pen-line', href: '/mine' },
    { label: 'Bookmarks', icon: 'bookmark', href: '/bookmarks' },
    { label: 'Likes', icon: 'heart', href: '/likes' },
    { label: 'Settings', icon: 'settings', href: '/settings' },
    isAdmin() && { label: 'Admin', icon: 'gauge', href: '/admin' },
    { label: 'Log out', icon: 'log-out', run: leave },
  ];
  return html`<${Menu} label="Account" class="face-button" items=${items}><${Avatar} user=${me} size="s" /><//>`;
}

/** @param {{ onSide: () => void, isSideOpen: boolean, isInert: boolean, onFind: () => void }} props */
export function Top({ onSide, isSideOpen, isInert, onFind }) {
  return html`<header class="top" inert=${isInert}><div class="top-inner">
    <button class="quiet-button side-button" aria-label="Sidebar" aria-expanded=${isSideOpen} aria-controls="side" onClick=${onSide}><${Icon} name="panel-left" /></button>
    <a class="brand" href="/"><${Icon} name="flame" size=${26} />Hearth</a>
    <button class="find-button" aria-label="Find" onClick=${onFind}><${Icon} name="search" size=${18} /><span>Find</span><kbd aria-hidden="true">/</kbd></button>
    <div class="top-end">
      ${account.value && html`<a class="button primary wide-only" href="/new"><${Icon} name="plus" size=${18} />New post</a>`}
      <button class="quiet-button" aria-label=${isDark() ? 'Light colours' : 'Dark colours'} onClick=${switchTheme}><${Icon} name=${isDark() ? 'sun' : 'moon'} /></button>
      <${Me} />
    </div>
  </div></header>`;
}

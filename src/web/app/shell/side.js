// The sidebar: where one can go, and what the feed shows.

import { html } from '../vendor/preact.js';
import { short, unread } from '../base/page.js';
import { isAt, place } from '../base/router.js';
import { account, isAdmin } from '../base/session.js';
import { Icon } from '../parts/icon.js';
import { areForMembers, categories } from './categories.js';

/** @param {{ href: string, icon: string, label: string, badge?: number }} props */
function Way({ href, icon, label, badge = 0 }) {
  return html`<li><a class="way" href=${href} aria-current=${isAt(href) ? 'page' : undefined}>
    <${Icon} name=${icon} /><span>${label}</span>
    ${badge > 0 && html`<span class="badge">${short(badge)}<span class="unseen"> unread</span></span>`}</a></li>`;
}

/** The address of the feed with a category more, or less where it is chosen. @param {string[]} chosen @param {string} slug */
function toggled(chosen, slug) {
  const next = new URLSearchParams(place.value.path === '/' ? place.value.query : '');
  next.delete('category');
  for (const one of chosen.filter((one) => one !== slug)) next.append('category', one);
  if (!chosen.includes(slug)) next.append('category', slug);
  return next.size ? `/?${next}` : '/';
}

function Categories() {
  const chosen = place.value.path === '/' ? place.value.query.getAll('category') : [];
  if (!categories.value) return html`<div class="skeleton ways" aria-hidden="true">${Array.from({ length: 8 }, () => html`<span></span>`)}</div>`;
  return html`<ul class="ways">
    ${categories.value.map(({ slug, name, post_count }) => html`<li key=${slug}>
      <a class="way category" href=${toggled(chosen, slug)} aria-current=${chosen.includes(slug) ? 'true' : undefined}>
        <${Icon} name=${chosen.includes(slug) ? 'check' : 'hash'} size=${16} /><span>${name}</span>
        <span class="count">${short(post_count)}<span class="unseen"> posts</span></span></a></li>`)}
  </ul>
  ${chosen.length > 0 && html`<p class="side-note"><a href="/">Show all categories</a></p>`}`;
}

/** @param {{ onKeys: () => void }} props */
export function Side({ onKeys }) {
  return html`<nav class="side" id="side" aria-label="Community">
    <ul class="ways">
      <${Way} href="/" icon="house" label="Feed" />
      ${account.value && html`<${Way} href="/chat" icon="messages-square" label="Chat" badge=${unread.value} />`}
      <${Way} href="/people" icon="users" label="People" />
      ${account.value && html`<${Way} href="/mine" icon="pen-line" label="My posts" />
        <${Way} href="/bookmarks" icon="bookmark" label="Bookmarks" />
        <${Way} href="/likes" icon="heart" label="Likes" />`}
      ${isAdmin() && html`<${Way} href="/admin" icon="gauge" label="Admin" />`}
    </ul>
    ${(account.value || !areForMembers) && html`<h2 class="side-title">Categories</h2><${Categories} />`}
    <p class="side-note side-more"><a href="/docs/">API</a><button class="link" onClick=${onKeys}>Keys</button></p>
  </nav>`;
}

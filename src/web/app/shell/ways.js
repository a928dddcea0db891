// Where one can go, by name.

import { account, isAdmin } from '../base/session.js';
import { categories } from './categories.js';

/** @typedef {{ href: string, label: string, icon?: string, detail?: string, user?: UserSummary, isElsewhere?: boolean }} Way */

/** @returns {Way[]} */
function pages() {
  const me = account.value;
  const all = [
    { href: '/', label: 'Feed', icon: 'house' },
    me && { href: '/new', label: 'New post', icon: 'plus', detail: 'Write' },
    me && { href: '/chat', label: 'Chat', icon: 'messages-square', detail: 'Messages' },
    { href: '/people', label: 'People', icon: 'users' },
    me && { href: `/u/${me.handle}`, label: 'Profile', icon: 'user', detail: 'My page' },
    me && { href: '/mine', label: 'My posts', icon: 'pen-line' },
    me && { href: '/mine?show=archived', label: 'Archived posts', icon: 'archive' },
    me && { href: '/bookmarks', label: 'Bookmarks', icon: 'bookmark' },
    me && { href: '/likes', label: 'Likes', icon: 'heart' },
    me && { href: '/settings', label: 'Settings', icon: 'settings', detail: 'Name, password, sessions, looks' },
    isAdmin() && { href: '/admin', label: 'Dashboard', icon: 'gauge', detail: 'Admin' },
    isAdmin() && { href: '/admin/accounts', label: 'Accounts', icon: 'users', detail: 'Admin' },
    isAdmin() && { href: '/admin/categories', label: 'Categories', icon: 'hash', detail: 'Admin' },
    isAdmin() && { href: '/admin/invites', label: 'Invites', icon: 'ticket', detail: 'Admin' },
    isAdmin() && { href: '/admin/backups', label: 'Backups', icon: 'hard-drive', detail: 'Admin' },
    !me && { href: '/login', label: 'Log in', icon: 'log-in' },
    !me && { href: '/join', label: 'Join', icon: 'user-plus' },
    { href: '/docs/', label: 'API', icon: 'code', detail: 'For programs', isElsewhere: true },
  ];
  return /** @type {Way[]} */ (all.filter(Boolean));
}

/** Whether a word of `text` begins with `wanted`. @param {string} text @param {string} wanted */
const fits = (text, wanted) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted)) || text.toLowerCase().startsWith(wanted);

/** @param {string} typed @returns {{ title: string, ways: Way[] }[]} */
export function waysTo(typed) {
  const wanted = typed.toLowerCase();
  const tag = wanted.replace(/^#/, '');
  /** @type {Way[]} */
  const tags = tag && !/\s/.test(tag) && !wanted.startsWith('@') ? [{ href: `/?tag=${encodeURIComponent(tag)}`, label: `#${tag}`, icon: 'tag', detail: 'Posts with this tag' }] : [];
  if (wanted.startsWith('#')) return [{ title: 'Tags', ways: tags }];
  if (wanted.startsWith('@')) return [];
  /** @type {Way[]} */
  const topics = (categories.value ?? []).filter(({ name, slug }) => fits(name, wanted) || slug.startsWith(wanted))
    .map(({ slug, name, post_count }) => ({ href: `/?category=${encodeURIComponent(slug)}`, label: name, icon: 'hash', detail: `${post_count} ${post_count === 1 ? 'post' : 'posts'}` }));
  const places = pages().filter(({ label, detail }) => fits(label, wanted) || (wanted.length > 1 && detail && fits(detail, wanted)));
  return wanted
    ? [{ title: 'Pages', ways: places }, { title: 'Categories', ways: topics }, { title: 'Tags', ways: tags }]
    : [{ title: 'Pages', ways: places }, { title: 'Categories', ways: topics }];
}

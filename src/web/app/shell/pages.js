// Every page of the app, on one page: its address, the module that shows it, and the style sheet that it needs.

/** @typedef {{ pattern: string, load: () => Promise<{ default: (props: any) => any }>, style?: string, isForMembers?: boolean, key?: string }} Page
 * `key`: pages with the same one are one page, which stays as it is when one goes from the one address to the other */

/** Whether this community is read by its members alone: the document says so. */
const areAllForMembers = document.documentElement.hasAttribute('data-members-only');

/** @type {Page[]} */
export const PAGES = [
  { pattern: '/', load: () => import('../feed/page.js') },
  { pattern: '/posts/:id', load: () => import('../post/page.js'), style: 'post/post.css', isForMembers: areAllForMembers },
  { pattern: '/posts/:id/edit', load: () => import('../post/edit.js'), style: 'post/post.css', isForMembers: true },
  { pattern: '/new', load: () => import('../post/new.js'), style: 'post/post.css', isForMembers: true },
  { pattern: '/mine', load: () => import('../people/mine.js'), style: 'people/people.css', isForMembers: true },
  { pattern: '/bookmarks', load: () => import('../people/bookmarks.js'), style: 'people/people.css', isForMembers: true },
  { pattern: '/likes', load: () => import('../people/likes.js'), style: 'people/people.css', isForMembers: true },
  { pattern: '/people', load: () => import('../people/page.js'), style: 'people/people.css', isForMembers: areAllForMembers },
  { pattern: '/u/:handle', load: () => import('../people/profile.js'), style: 'people/people.css', isForMembers: areAllForMembers },
  { pattern: '/chat', load: () => import('../chat/page.js'), style: 'chat/chat.css', isForMembers: true, key: 'chat' },
  { pattern: '/chat/:id', load: () => import('../chat/page.js'), style: 'chat/chat.css', isForMembers: true, key: 'chat' },
  { pattern: '/login', load: () => import('../account/login.js'), style: 'account/account.css' },
  { pattern: '/join', load: () => import('../account/join.js'), style: 'account/account.css' },
  { pattern: '/settings', load: () => import('../account/settings.js'), style: 'account/account.css', isForMembers: true },
  { pattern: '/admin', load: () => import('../admin/page.js'), style: 'admin/admin.css', isForMembers: true },
  { pattern: '/admin/:section', load: () => import('../admin/page.js'), style: 'admin/admin.css', isForMembers: true },
];

// The front page: shows posts, conversations and people from the public API. It reads; the one thing that it writes is
// an account, for who comes with a set-up link or an invite (join.js).
//
// What people wrote reaches the page only as text nodes. There is not one string of markup in this file, so a
// script that somebody stored as a title, a name or a comment stays what it is: text.

import { doorOf, join } from './join.js';

const API = '/api/v1';
const SORTS = { new: 'New', top: 'Top', hot: 'Hot' };
const EXCERPT = 400; // characters; the style sheet cuts at whole lines
const TINTS = 6;

const main = document.getElementById('main');
const side = document.getElementById('side');
const status = document.getElementById('status');

/** An element with attributes and children; strings become text nodes, empty values are left out. */
function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value) node.setAttribute(key, value);
  node.append(...children.flat().filter(Boolean));
  return node;
}

const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
/** A path with those parameters that have a value. */
const withQuery = (path, query) =>
  `${path}?${new URLSearchParams(Object.entries(query).filter(([, value]) => value))}`.replace(/\?$/, '');
const feedHref = (query) => withQuery('#/', query);

// ---- Asking the server ---------------------------------------------------------------------------------------
/** An answer that is not the one hoped for, as the server tells it (RFC 9457). */
class Problem extends Error {
  constructor({ status = 0, title, detail }) {
    super(detail || title || 'The answer could not be read.');
    this.status = status;
    this.title = title || 'Something went wrong';
  }
}

const UNREACHABLE = { title: 'The server cannot be reached', detail: 'It may be restarting, or the network is down.' };

/** Ends the requests of a view that was left. */
let leaving = new AbortController();

async function get(path, query = {}) {
  const unlessLeft = (otherwise) => (error) => {
    if (error.name === 'AbortError') throw error;
    return otherwise;
  };
  const response = await fetch(withQuery(API + path, query), { signal: leaving.signal }).catch(unlessLeft(null));
  if (!response) throw new Problem(UNREACHABLE);
  const body = await response.json().catch(unlessLeft({}));
  if (!response.ok) throw new Problem({ ...body, status: response.status });
  return body;
}

/** Says what went wrong and what to do about it. */
function notice(error, again) {
  const next = {
    401: 'This community shows its posts to members only. Sign in through the API to read them.',
    403: 'Your account may not see this.',
    404: 'It may have been deleted, or the address has a slip in it.',
    429: 'Too many requests came from here. Wait a moment, then try again.',
  }[error.status] ?? 'Try again in a moment. If it stays like this, tell whoever runs this server.';
  const retry = el('button', { type: 'button', class: 'button' }, 'Try again');
  retry.addEventListener('click', again);
  return el('div', { class: 'notice', role: 'alert' },
    el('h2', {}, error.title ?? 'Something went wrong'),
    el('p', {}, error instanceof Problem ? error.message : 'The page stumbled over the answer of the server.'),
    el('p', { class: 'quiet' }, next),
    el('p', { class: 'row' }, error.status !== 404 && retry, el('a', { href: '#/' }, 'All posts')));
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const full = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' });

function ago(date) {
  const minutes = Math.round((date - Date.now()) / 60_000);
  if (minutes > -1) return 'just now';
  if (minutes > -60) return relative.format(minutes, 'minute');
  if (minutes > -60 * 24) return relative.format(Math.round(minutes / 60), 'hour');
  if (minutes > -60 * 24 * 14) return relative.format(Math.round(minutes / 60 / 24), 'day');
  return day.format(date);
}

const time = (text) => el('time', { datetime: text, title: full.format(new Date(text)) }, ago(new Date(text)));
const edited = (item) => item.edited_at && el('span', { title: full.format(new Date(item.edited_at)) }, 'edited');

/** Whether there is somebody to name: nobody for an anonymous author, only "[deleted]" for one who went. */
const isKnown = (author) => author?.handle && author.name !== '[deleted]';

/** The first letter of a name on a tint that stays with its owner. */
function face(author, size = '') {
  if (!isKnown(author)) return el('span', { class: `face no-one ${size}`, 'aria-hidden': 'true' });
  const tint = [...author.handle].reduce((sum, char) => sum + char.codePointAt(0), 0) % TINTS;
  return el('span', { class: `face tint-${tint} ${size}`, 'aria-hidden': 'true' }, [...author.name][0].toUpperCase());
}

function byline(author) {
  if (!isKnown(author)) return el('span', { class: 'name faceless' }, author ? '[deleted]' : 'Anonymous');
  return el('a', { class: 'name', href: `#/user/${encodeURIComponent(author.handle)}` }, author.name);
}

/** What was written: an empty line parts paragraphs, the style sheet keeps single line breaks. */
const prose = (text) => text.split(/(?:\r?\n){2,}/).map((paragraph) => el('p', {}, paragraph));

const tags = (words) => words.map((tag) => el('a', { class: 'tag', href: feedHref({ tag }) }, `#${tag}`));

const skeleton = (count) => el('div', { class: 'skeleton', 'aria-hidden': 'true' },
  Array.from({ length: count }, () => el('div', { class: 'ghost' }, el('i', {}), el('i', {}), el('i', {}))));

const empty = (title, text) => el('div', { class: 'empty' }, el('h2', {}, title), el('p', {}, text));

/**
 * A list that grows by pages. While `next` is not null a button below it fetches what that cursor stands for; an empty one
 * is the first page, which begins with what the list shows already and takes its place. The focus moves to the first new
 * item, so that a keyboard goes on where the reading does.
 */
function growing(list, { items, next, label, path, query, render, thing }) {
  list.append(...items.map(render));
  const button = el('button', { type: 'button', class: 'button more' }, label ?? `More ${thing[1]}`);
  const box = el('div', {}, list, next !== null && button);
  button.addEventListener('click', async () => {
    button.disabled = true;
    box.querySelector(':scope > .notice')?.remove();
    try {
      const page = await get(path, { ...query, cursor: next });
      const nodes = page.items.map(render);
      const seen = next === '' ? list.children.length : 0;
      if (next === '') list.replaceChildren();
      list.append(...nodes);
      status.textContent = `${plural(nodes.length - seen, ...thing.map((word) => `more ${word}`))} shown.`;
      next = page.next_cursor;
      button.textContent = `More ${thing[1]}`;
      if (next === null) button.remove();
      nodes[seen]?.setAttribute('tabindex', '-1');
      nodes[seen]?.focus({ preventScroll: true });
    } catch (error) {
      if (error.name !== 'AbortError') box.append(notice(error, () => button.click()));
    }
    button.disabled = false;
  });
  return box;
}

// ---- The feed ------------------------------------------------------------------------------------------------
/** Slug to name, as the sidebar last saw them. */
let names = new Map();

async function showCategories({ kind, query }) {
  const { items } = await get('/categories');
  names = new Map(items.map(({ slug, name }) => [slug, name]));
  const link = (slug, name, count) => el('li', {}, el('a', {
    href: feedHref({ category: slug, sort: query.sort }),
    'aria-current': kind === 'feed' && !query.tag && (query.category ?? '') === slug && 'page',
  }, el('span', {}, name), count != null && el('span', { class: 'count' }, count.toLocaleString('en'))));
  const list = document.getElementById('categories');
  list.replaceChildren(link('', 'Everything'), ...items.map(({ slug, name, post_count }) => link(slug, name, post_count)));
  // On a narrow screen the list is one row: keep the chosen category in sight.
  const chosen = list.querySelector('[aria-current]')?.parentElement;
  if (chosen && list.scrollWidth > list.clientWidth) list.scrollLeft = chosen.offsetLeft - list.clientWidth / 3;
}

const place = (slug) => el('a', { class: 'place', href: feedHref({ category: slug }) }, names.get(slug) ?? slug);

function card(post) {
  const excerpt = post.body.slice(0, EXCERPT).replace(/\s+/g, ' ');
  return el('li', { class: 'card' }, el('article', {},
    el('p', { class: 'meta' }, face(post.author), byline(post.author), time(post.created_at), edited(post)),
    el('h2', {}, el('a', { class: 'whole', href: `#/post/${encodeURIComponent(post.id)}` }, post.title)),
    excerpt && el('p', { class: 'excerpt' }, excerpt),
    el('p', { class: 'foot' },
      el('span', { class: 'figures' },
        el('span', {}, plural(post.like_count, 'like')), el('span', {}, plural(post.comment_count, 'comment'))),
      el('span', { class: 'labels' }, post.categories.map(place), tags(post.tags)))));
}

const posts = (page, path, query) => growing(el('ol', { class: 'cards' }),
  { items: page.items, next: page.next_cursor, path, query, render: card, thing: ['post', 'posts'], label: 'Load more' });

async function feed(query, categories) {
  const sort = Object.hasOwn(SORTS, query.sort ?? '') ? query.sort : 'new';
  const asked = { category: query.category, tag: query.tag, sort };
  const [first] = await Promise.all([get('/posts', asked), categories]);
  const title = query.tag ? `#${query.tag}` : names.get(query.category) ?? query.category ?? 'Everything';
  const tab = ([key, name]) => el('li', {},
    el('a', { href: feedHref({ ...query, sort: key === 'new' ? '' : key }), 'aria-current': key === sort && 'true' }, name));
  return {
    title,
    nodes: [
      el('div', { class: 'head' },
        el('h1', { tabindex: '-1' }, title),
        el('nav', { 'aria-label': 'Order of the posts' }, el('ul', { class: 'tabs' }, Object.entries(SORTS).map(tab)))),
      first.items.length
        ? posts(first, '/posts', asked)
        : empty('Nothing here yet', 'Nobody has posted here so far. Have a look at another category.'),
    ],
    said: `${title}, ${SORTS[sort]}: ${plural(first.items.length, 'post')} shown.`,
  };
}

// ---- One post and its conversation ---------------------------------------------------------------------------
const commentsPath = (post) => `/posts/${encodeURIComponent(post)}/comments`;

function comment(item) {
  const items = item.replies ?? [];
  const hidden = item.reply_count - items.length;
  const more = items.length ? plural(hidden, 'more reply', 'more replies') : plural(hidden, 'reply', 'replies');
  return el('li', { class: 'comment' },
    el('article', {},
      el('p', { class: 'meta' }, face(item.deleted ? null : item.author, 'small'),
        byline(item.deleted ? { name: '[deleted]' } : item.author),
        time(item.created_at), edited(item), item.like_count > 0 && el('span', {}, plural(item.like_count, 'like'))),
      el('div', { class: 'prose' },
        item.deleted ? el('p', { class: 'quiet' }, 'This comment was deleted.') : prose(item.text))),
    item.reply_count > 0 && growing(el('ol', { class: 'replies' }), {
      items, next: hidden > 0 ? '' : null, label: `Show ${more}`, path: commentsPath(item.post), query: { parent: item.id },
      render: comment, thing: ['reply', 'replies'],
    }));
}

async function thread(id, categories) {
  const [post, first] = await Promise.all([get(`/posts/${encodeURIComponent(id)}`), get(commentsPath(id)), categories]);
  return {
    title: post.title,
    nodes: [
      el('article', { class: 'post' },
        el('p', { class: 'labels' }, post.categories.map(place)),
        el('h1', { tabindex: '-1' }, post.title),
        el('p', { class: 'meta' }, face(post.author), byline(post.author), time(post.created_at), edited(post),
          post.archived && el('span', {}, 'archived')),
        el('div', { class: 'prose' }, post.body && prose(post.body)),
        el('p', { class: 'foot' },
          el('span', { class: 'figures' }, el('span', {}, plural(post.like_count, 'like'))),
          el('span', { class: 'labels' }, tags(post.tags)))),
      el('section', { class: 'talk', 'aria-labelledby': 'talk' },
        el('h2', { id: 'talk' }, post.comment_count ? plural(post.comment_count, 'comment') : 'No comments yet'),
        first.items.length > 0 && growing(el('ol', { class: 'comments' }), {
          items: first.items, next: first.next_cursor,
          path: commentsPath(id), render: comment, thing: ['comment', 'comments'],
        })),
    ],
    said: `${post.title}. ${plural(post.comment_count, 'comment')}.`,
  };
}

// ---- A person ------------------------------------------------------------------------------------------------
async function profile(handle, categories) {
  const [user] = await Promise.all([get(`/users/${encodeURIComponent(handle)}`), categories]);
  const path = `/users/${encodeURIComponent(user.id)}/posts`;
  const first = await get(path);
  return {
    title: user.name,
    nodes: [
      el('header', { class: 'person' }, face(user, 'large'), el('div', {},
        el('h1', { tabindex: '-1' }, user.name),
        el('p', { class: 'meta' }, el('span', {}, `@${user.handle}`),
          user.role !== 'member' && el('span', { class: 'role' }, user.role),
          el('span', {}, `here since ${month.format(new Date(user.created_at))}`)),
        user.bio && el('div', { class: 'prose' }, prose(user.bio)))),
      first.items.length ? posts(first, path, {}) : empty('No posts yet', `${user.name} has not posted anything so far.`),
    ],
    said: `${user.name}: ${plural(first.items.length, 'post')} shown.`,
  };
}

// ---- Finding the way -----------------------------------------------------------------------------------------
/** Views that were left, by address, so that "back" finds the list and the place in it as they were. */
const left = new Map();
const KEPT = 20;
let here = null;
let clicked = false;

/** What an address such as `#/post/{id}` or `#/?sort=top` asks for. */
function parse(hash) {
  const door = doorOf(hash);
  if (door) return { ...door, query: {} };
  const [path, search] = hash.replace(/^#/, '').split('?', 2);
  try {
    const [kind = 'feed', name] = path.split('/').filter(Boolean).map(decodeURIComponent);
    return { kind, name, query: Object.fromEntries(new URLSearchParams(search)) };
  } catch {
    return { kind: 'unreadable', query: {} };
  }
}

async function view({ kind, name, query, ...rest }, categories) {
  if (kind === 'join') return join(el, rest);
  if (kind === 'feed') return feed(query, categories);
  if (kind === 'post' && name) return thread(name, categories);
  if (kind === 'user' && name) return profile(name, categories);
  throw new Problem({ status: 404, title: 'There is no such page', detail: 'Nothing is to be found at this address.' });
}

async function go() {
  const first = !here;
  if (here?.done) {
    left.delete(here.hash);
    left.set(here.hash, { ...here, nodes: [...main.childNodes], y: scrollY, focus: document.activeElement });
    if (left.size > KEPT) left.delete(left.keys().next().value);
  }
  const before = clicked ? undefined : left.get(location.hash);
  clicked = false;
  leaving.abort();
  const mine = leaving = new AbortController();
  const to = parse(location.hash);
  side.classList.toggle('away', to.kind !== 'feed');
  // Without the categories a post is still worth reading, so their absence is not an error of the view.
  const categories = showCategories(to).catch(() => {});
  if (before) {
    here = before;
    document.title = here.title;
    main.removeAttribute('aria-busy');
    main.replaceChildren(...before.nodes);
    scrollTo(0, before.y);
    before.focus?.focus({ preventScroll: true });
    return;
  }
  here = { hash: location.hash };
  main.setAttribute('aria-busy', 'true');
  main.replaceChildren(skeleton(5));
  scrollTo(0, 0);
  const shown = await view(to, categories).catch((error) => ({
    title: error.title ?? 'Something went wrong', nodes: [notice(error, go)], failed: true,
  }));
  if (mine.signal.aborted) return;
  document.title = shown.title === 'Everything' ? 'Hearth' : `${shown.title} · Hearth`;
  here = { hash: location.hash, title: document.title, done: !shown.failed };
  main.removeAttribute('aria-busy');
  main.replaceChildren(...shown.nodes.filter(Boolean));
  status.textContent = shown.said ?? '';
  if (!first) (main.querySelector('h1') ?? main).focus({ preventScroll: true });
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  clicked = link.id !== 'skip';
  if (clicked && link.hash !== location.hash) return;
  event.preventDefault();
  if (clicked) go();
  else main.focus();
});

setInterval(() => {
  for (const node of document.querySelectorAll('time')) node.textContent = ago(new Date(node.dateTime));
}, 60_000);

history.scrollRestoration = 'manual';
addEventListener('hashchange', go);
go();

// The feed: posts by time, likes or heat, of some categories or a tag.

import { html, useEffect } from '../vendor/preact.js';
import { query as withQuery } from '../base/api.js';
import { takeFirst } from '../base/first.js';
import { list } from '../base/list.js';
import { counted, useTitle } from '../base/page.js';
import { motion } from '../base/scroll.js';
import { account } from '../base/session.js';
import { Icon } from '../parts/icon.js';
import { Empty } from '../parts/states.js';
import { categoryName } from '../shell/categories.js';
import { askToLogIn } from '../shell/outlet.js';
import { Feed, focusOnCard } from './feed.js';
import { useFresh } from './fresh.js';

const SORTS = [['new', 'New', 'clock'], ['hot', 'Hot', 'flame'], ['top', 'Top', 'trending-up']];

const areReadersMembers = document.documentElement.hasAttribute('data-members-only');

const Hero = () => html`<section class="hero">
  <h1>Pull up a chair</h1>
  <p>This is a community’s own place: posts, talks and people, on a server that belongs to them. ${areReadersMembers ? 'It is for its members: come in to read.' : 'Read along, or come in.'}</p>
  <p class="hero-ways"><a class="button primary" href="/join">Join</a><a class="button" href="/login">Log in</a></p>
</section>`;

/** Where only members read. */
function ForMembers() {
  useTitle('');
  return html`<${Hero} />`;
}

/** @param {{ sort: string, categories: string[], tag: string | null }} props */
function Head({ sort, categories, tag }) {
  const title = tag ? `#${tag}` : categories.length ? categories.map(categoryName).join(', ') : 'Feed';
  useTitle(title === 'Feed' ? '' : title);
  return html`<div class="head">
    <h1 class=${title === 'Feed' && !account.value ? 'unseen' : ''}>${title}</h1>
    <nav class="segments" aria-label="Order">${SORTS.map(([value = '', label, icon]) => html`<a key=${value} aria-current=${sort === value ? 'true' : undefined}
      href=${withQuery('/', { category: categories, tag, sort: value === 'new' ? null : value })}><${Icon} name=${icon} size=${16} />${label}</a>`)}</nav>
  </div>`;
}

const Nothing = () => html`<${Empty} icon="flame" title="Nothing here yet">
  <p>Somebody has to begin. Why not you?</p>
  <p>${account.value ? html`<a class="button primary" href="/new">Write the first post</a>` : html`<button class="button primary" onClick=${askToLogIn}>Log in to write</button>`}</p><//>`;

/** @param {{ query: URLSearchParams, visit: number }} props */
export default function FeedPage({ query, visit }) {
  const sort = query.get('sort') ?? 'new';
  const categories = query.getAll('category');
  const tag = query.get('tag');
  const path = withQuery('/posts', { category: categories, tag, sort: sort === 'new' ? null : sort });
  /** @type {import('../base/list.js').List<Post>} */
  const posts = list(path, takeFirst(path));
  const fresh = useFresh(path, sort === 'new' ? posts.items.value : null);
  // What the document brought is as visitors see it: what is one's own comes with the next answer.
  useEffect(() => {
    if (account.value && posts.items.value?.some((post) => !post.viewer)) posts.reload();
  }, [path, account.value?.id]);

  const showFresh = async () => {
    await posts.reload();
    scrollTo({ top: 0, behavior: motion() });
    // The button that had the focus is gone.
    focusOnCard(0);
  };
  const isFront = !tag && !categories.length;
  if (areReadersMembers && !account.value) return html`<${ForMembers} />`;
  return html`${!account.value && isFront && sort === 'new' && html`<${Hero} />`}
    <${Head} sort=${sort} categories=${categories} tag=${tag} />
    <div class="notice" role="status">${fresh > 0 && html`<button class="button primary" onClick=${showFresh}><${Icon} name="arrow-up" size=${18} />
      ${fresh >= 20 ? 'Many new posts' : counted(fresh, 'new post')}</button>`}</div>
    <${Feed} list=${posts} visit=${visit} empty=${html`<${Nothing} />`} end="That was everything." />`;
}

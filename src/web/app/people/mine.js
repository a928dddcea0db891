// One's own posts: those that are out, and those that were put away.

import { html, useRef } from '../vendor/preact.js';
import { list } from '../base/list.js';
import { useTitle } from '../base/page.js';
import { Feed } from '../feed/feed.js';
import { Icon } from '../parts/icon.js';
import { toggleArchive } from '../parts/likes.js';
import { Empty } from '../parts/states.js';

/** @param {{ isArchived: boolean }} props */
const Nothing = ({ isArchived }) => (isArchived
  ? html`<${Empty} icon="archive" title="Nothing archived"><p>A post that you archive leaves every feed and waits here, until you put it back or delete it.</p><//>`
  : html`<${Empty} icon="pen-line" title="Nothing out there yet"><p>Your posts are listed here, the anonymous ones as well: only you see that they are yours.</p>
      <p><a class="button primary" href="/new">Write a post</a></p><//>`);

/** @param {{ query: URLSearchParams }} props */
export default function Mine({ query }) {
  const isArchived = query.get('show') === 'archived';
  useTitle(isArchived ? 'Archived posts' : 'My posts');
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  /** @type {import('../base/list.js').List<Post>} */
  const posts = list(`/me/posts?archived=${isArchived}`);

  /** @param {Post} post */
  const move = async (post) => {
    // The card goes, and its button with it.
    title.current?.focus();
    await toggleArchive(post);
    posts.change(post.id, (now) => (now.archived === isArchived ? now : null));
  };
  /** @param {Post} post */
  const action = (post) => html`<button class="act" onClick=${() => move(post)}>
    <${Icon} name=${isArchived ? 'archive-restore' : 'archive'} />${isArchived ? 'Put back' : 'Archive'}<span class="unseen"> ${post.title}</span></button>`;
  return html`<div class="head"><h1 ref=${title} tabindex="-1">My posts</h1>
      <nav class="segments" aria-label="Which posts">
        <a href="/mine" aria-current=${isArchived ? undefined : 'true'}><${Icon} name="pen-line" size=${16} />Active</a>
        <a href="/mine?show=archived" aria-current=${isArchived ? 'true' : undefined}><${Icon} name="archive" size=${16} />Archived</a>
      </nav></div>
    <${Feed} key=${isArchived} list=${posts} action=${action} empty=${html`<${Nothing} isArchived=${isArchived} />`} />`;
}

// A post in a list.

import { html } from '../vendor/preact.js';
import { counted, short } from '../base/page.js';
import { Time } from '../base/time.js';
import { Avatar, Name } from '../parts/avatar.js';
import { excerpt } from '../parts/excerpt.js';
import { Icon } from '../parts/icon.js';
import { toggleBookmark, toggleLike } from '../parts/likes.js';
import { Picture } from '../parts/picture.js';
import { categoryName } from '../shell/categories.js';

/** Who wrote it, and when. @param {{ post: Pick<Post, 'author' | 'created_at' | 'edited_at'> }} props */
export const By = ({ post }) => html`<p class="by"><${Avatar} user=${post.author} />
  <span class="by-words"><${Name} user=${post.author} /> · <${Time} at=${post.created_at} />${post.edited_at && ' · edited'}</span></p>`;

/** What it is about. @param {{ post: Post }} props */
export const Topics = ({ post }) => html`<p class="chips">
  ${post.categories.map((slug) => html`<a class="chip" key=${slug} href=${`/?category=${encodeURIComponent(slug)}`}>${categoryName(slug)}</a>`)}
  ${post.tags.map((tag) => html`<a class="chip tag" key=${`#${tag}`} href=${`/?tag=${encodeURIComponent(tag)}`}>#${tag}</a>`)}
  ${post.archived && html`<span class="chip"><${Icon} name="archive" size=${14} />Archived</span>`}</p>`;

/** @param {{ images: Media[], isAtOnce: boolean }} props `isAtOnce` as in `src/web/cards.rs` */
const Pictures = ({ images, isAtOnce }) => html`<div class="card-pictures">
  ${images.slice(0, 3).map((image) => html`<${Picture} key=${image.id} isAtOnce=${isAtOnce} src=${image.thumbnail_url} width=${image.width} height=${image.height} alt="" />`)}</div>`;

/** @param {{ post: Post, index: number, isChosen?: boolean, action?: (post: Post) => any }} props */
export function Card({ post, index, isChosen = false, action }) {
  const { liked = false, bookmarked = false } = post.viewer ?? {};
  const words = excerpt(post.body);
  return html`<article class=${`card ${isChosen ? 'chosen' : ''}`} data-index=${index}>
    <${By} post=${post} />
    <h2 class="card-title"><a href=${`/posts/${post.id}`}><bdi>${post.title}</bdi></a></h2>
    ${words && html`<p class="excerpt">${words}</p>`}
    ${post.images.length > 0 && html`<${Pictures} images=${post.images} isAtOnce=${index === 0} />`}
    <${Topics} post=${post} />
    <div class="card-actions">
      <button class="act" aria-pressed=${liked} aria-label=${`Like, ${counted(post.like_count, 'like')}`} onClick=${() => toggleLike(post)}>
        <${Icon} name="heart" filled=${liked} />${short(post.like_count)}</button>
      <a class="act" href=${`/posts/${post.id}#comments`} aria-label=${counted(post.comment_count, 'comment')}>
        <${Icon} name="message-circle" />${short(post.comment_count)}</a>
      ${action?.(post)}
      <button class="act end" aria-pressed=${bookmarked} aria-label="Bookmark" onClick=${() => toggleBookmark(post)}>
        <${Icon} name="bookmark" filled=${bookmarked} /></button>
    </div>
  </article>`;
}

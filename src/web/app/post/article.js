// The post itself: what it says, who wrote it, and what readers do with it.

import { html, useState } from '../vendor/preact.js';
import { counted, short } from '../base/page.js';
import { motion } from '../base/scroll.js';
import { Time } from '../base/time.js';
import { Topics } from '../feed/card.js';
import { Avatar, Name } from '../parts/avatar.js';
import { copy } from '../parts/copy.js';
import { Icon } from '../parts/icon.js';
import { toggleBookmark, toggleLike } from '../parts/likes.js';
import { Markdown } from '../parts/markdown.js';
import { History } from './history.js';
import { PostMenu } from './menu.js';
import { Pictures } from './pictures.js';

/** @param {string} id */
const addressOf = (id) => `${location.origin}/posts/${id}`;

/** Goes to what people say about it, without a new entry in the history. */
export function showComments() {
  const title = document.getElementById('comments');
  title?.focus({ preventScroll: true });
  title?.scrollIntoView({ block: 'start', behavior: motion() });
}

/** @param {{ post: Post, onHistory: () => void }} props */
const ByLine = ({ post, onHistory }) => html`<p class="by"><${Avatar} user=${post.author} />
  <span class="by-words"><${Name} user=${post.author} /> · <${Time} at=${post.created_at} />
    ${post.edited_at && html` · <button class="link post-edited" aria-haspopup="dialog" onClick=${onHistory}>edited</button>`}</span></p>`;

/** @param {{ post: Post, update: import('../parts/likes.js').Update }} props */
function Actions({ post, update }) {
  const { liked = false, bookmarked = false } = post.viewer ?? {};
  /** @param {MouseEvent} event */
  const toComments = (event) => {
    event.preventDefault();
    showComments();
  };
  return html`<div class="card-actions">
    <button class="act" aria-pressed=${liked} aria-label=${`Like, ${counted(post.like_count, 'like')}`} onClick=${() => toggleLike(post, update)}>
      <${Icon} name="heart" filled=${liked} />${short(post.like_count)}</button>
    <a class="act" href="#comments" aria-label=${counted(post.comment_count, 'comment')} onClick=${toComments}>
      <${Icon} name="message-circle" />${short(post.comment_count)}</a>
    <button class="act end" onClick=${() => copy(addressOf(post.id), 'The link is copied.')}><${Icon} name="link" />Copy link</button>
    <button class="act" aria-pressed=${bookmarked} aria-label="Bookmark" onClick=${() => toggleBookmark(post, update)}>
      <${Icon} name="bookmark" filled=${bookmarked} /></button>
  </div>`;
}

/** @param {{ post: Post, update: import('../parts/likes.js').Update }} props */
export function Article({ post, update }) {
  const [isHistoryOpen, openHistory] = useState(false);
  return html`<article class="panel post" aria-labelledby="post-title">
    <header class="post-head">
      <h1 id="post-title" dir="auto">${post.title}</h1>
      <div class="post-by"><${ByLine} post=${post} onHistory=${() => openHistory(true)} />
        <${PostMenu} post=${post} update=${update} onHistory=${() => openHistory(true)} /></div>
    </header>
    ${post.body && html`<${Markdown} text=${post.body} />`}
    ${post.images.length > 0 && html`<${Pictures} images=${post.images} title=${post.title} />`}
    <${Topics} post=${post} />
    <${Actions} post=${post} update=${update} />
    ${isHistoryOpen && html`<${History} post=${post} onClose=${() => openHistory(false)} />`}
  </article>`;
}

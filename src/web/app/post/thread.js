// What people say about a post.

import { html, useEffect, useMemo, useState } from '../vendor/preact.js';
import { post as send } from '../base/api.js';
import { counted } from '../base/page.js';
import { place } from '../base/router.js';
import { account } from '../base/session.js';
import { ListEnd, Skeleton, Wrong } from '../parts/states.js';
import { say } from '../parts/toast.js';
import { askToLogIn } from '../shell/outlet.js';
import { useKeys } from '../shell/keys.js';
import { showComments } from './article.js';
import { CommentForm } from './comment-form.js';
import { Comment } from './comment.js';
import { findComment, openAbove } from './thread-find.js';
import { threadOf } from './thread-store.js';

/** The comment that has the focus, or something in it. */
const focused = () => document.activeElement?.closest('.thread-comment')?.id.slice(2);

/** After what changed is drawn. @param {() => void} run */
const afterwards = (run) => requestAnimationFrame(() => setTimeout(run));

/** @param {string} id @param {ScrollLogicalPosition} block */
function focusOn(id, block) {
  const element = document.getElementById(`c-${id}`);
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block });
}

/** @param {number} step */
function move(step) {
  const all = [...document.querySelectorAll('.thread-comment')];
  const at = all.findIndex((one) => one.id === `c-${focused()}`);
  const next = all[at < 0 ? (step > 0 ? 0 : -1) : at + step];
  if (next) focusOn(next.id.slice(2), 'nearest');
}

/** What is said where a link leads to a comment that is not shown. */
const MISSED = {
  gone: 'This comment is not there any more.',
  far: 'This comment is one of very many, and was not found at once. It may be further down.',
  failed: 'This comment was not found, because the server did not answer. Try its link again.',
};

const WordToVisitors = () => html`<p class="thread-visitor"><button class="button" onClick=${askToLogIn}>Log in to comment</button></p>`;

/** @param {{ post: Post, update: import('../parts/likes.js').Update }} props */
export function Thread({ post, update }) {
  const thread = useMemo(() => threadOf(post.id), [post.id]);
  const [said, announce] = useState('');
  const { items, problem, writing } = thread;
  const hash = place.value.hash;
  const isSignedIn = account.value !== null;

  /** The same words are only heard again where something in them is new. @param {string} words */
  const tell = (words) => announce((before) => (before === words ? `${words}\u00a0` : words));
  /** Shows a comment, marked, and its address as the page's. @param {string} id */
  const show = (id) => {
    history.replaceState(history.state, '', `#c-${id}`);
    openAbove(thread, id);
    afterwards(() => {
      thread.marked.value = id;
      focusOn(id, 'center');
    });
  };
  useEffect(() => {
    const wanted = /^#c-([0-9a-f-]{36})$/.exec(hash)?.[1];
    const open = async () => {
      await thread.more({ isAnew: true });
      if (hash === '#comments' && !place.peek().isReturn) afterwards(showComments);
      if (!wanted || place.peek().isReturn) return;
      const found = await findComment(thread, wanted);
      if (found === 'here') show(wanted);
      else if (!thread.problem.peek()) say(MISSED[found], { kind: 'problem' });
    };
    open();
  }, [thread, hash]);

  /** @param {PostComment} comment */
  const onAdded = (comment) => {
    const isNew = thread.add(comment);
    if (isNew) update((now) => ({ ...now, comment_count: now.comment_count + 1 }));
    tell(comment.parent ? 'Your reply is there.' : 'Your comment is there.');
    afterwards(() => focusOn(comment.id, 'nearest'));
  };
  /** @param {number} count @param {string | null} near */
  const onDropped = (count, near) => {
    update((now) => ({ ...now, comment_count: Math.max(0, now.comment_count - count) }));
    tell('The comment is deleted.');
    afterwards(() => document.getElementById(near ?? 'comments')?.focus({ preventScroll: true }));
  };
  /** @param {import('./comment-form.js').Said} words */
  const write = async ({ text, anonymous, key }) => onAdded(await send(`/posts/${post.id}/comments`, { text, anonymous }, { key }));

  /** @param {'reply' | 'edit'} kind */
  const start = (kind) => {
    const id = focused();
    const comment = id ? thread.node(id)?.peek().comment : null;
    if (!comment || comment.deleted || (kind === 'edit' && !comment.viewer?.mine)) return;
    if (!account.value) askToLogIn();
    else writing.value = { id: comment.id, kind };
  };
  useKeys([
    { keys: 'j', does: 'Go to the next comment', run: () => move(1) },
    { keys: 'k', does: 'Go to the comment before', run: () => move(-1) },
    { keys: 'r', does: 'Reply to the comment', run: () => start('reply') },
    { keys: 'e', does: 'Edit your comment', run: () => start('edit') },
  ], [thread]);

  const list = useMemo(() => /** @type {any} */ ({ ...thread, more: () => thread.more(), retry: () => thread.retry() }), [thread]);
  return html`<section class="thread-section" aria-labelledby="comments">
    <h2 id="comments" tabindex="-1">${post.comment_count ? counted(post.comment_count, 'comment') : 'Comments'}</h2>
    <p class="unseen" role="status">${said}</p>
    ${isSignedIn ? html`<${CommentForm} label="Write a comment" action="Comment" name="new" unsent=${thread.unsent} onSend=${write} />` : html`<${WordToVisitors} />`}
    ${!items.value && (problem.value ? html`<${Wrong} problem=${problem.value} onRetry=${() => thread.retry()} />` : html`<${Skeleton} lines=${5} />`)}
    ${items.value && html`<ol class="thread">${items.value.map((id) => html`<${Comment} key=${id} id=${id} level=${0} thread=${thread} onAdded=${onAdded} onDropped=${onDropped} show=${show} />`)}</ol>
      ${items.value.length === 0 ? html`<p class="thread-none quiet">Nobody has said anything yet.${isSignedIn && ' You could be the first.'}</p>` : html`<${ListEnd} list=${list} />`}`}
  </section>`;
}

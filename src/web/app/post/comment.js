// One comment, with the branch below it.

import { html, useState } from '../vendor/preact.js';
import { patch, post as send, put, remove } from '../base/api.js';
import { counted, short } from '../base/page.js';
import { account, moderates } from '../base/session.js';
import { Time } from '../base/time.js';
import { Avatar, Name } from '../parts/avatar.js';
import { copy } from '../parts/copy.js';
import { Confirm } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Markdown } from '../parts/markdown.js';
import { Menu } from '../parts/menu.js';
import { complain } from '../parts/toast.js';
import { askToLogIn } from '../shell/outlet.js';
import { CommentForm } from './comment-form.js';

/** How many levels step to the side: those below stay in line, and say whom they answer. */
const STEPS = 5;

/** @typedef {{ thread: import('./thread-store.js').Thread, onAdded: (comment: PostComment) => void, onDropped: (count: number, near: string | null) => void, show: (id: string) => void }} Common */

/** @param {PostComment} comment */
export const authorOf = (comment) => (comment.deleted ? 'somebody' : (comment.author?.name ?? 'Anonymous'));

/** Likes a comment, or no longer. @param {Common['thread']} thread @param {PostComment} comment */
async function toggleLike(thread, comment) {
  if (!account.value) return askToLogIn();
  const liked = !comment.viewer?.liked;
  const shown = { ...comment, like_count: comment.like_count + (liked ? 1 : -1), viewer: { mine: false, ...comment.viewer, liked } };
  thread.change(comment.id, { comment: shown });
  try {
    thread.take(await (liked ? put : remove)(`/comments/${comment.id}/like`));
  } catch (problem) {
    thread.change(comment.id, { comment });
    complain(problem);
  }
  return undefined;
}

/** Who, when, and to whom. @param {{ comment: PostComment, isFlat: boolean, isCollapsed: boolean, hidden: number, onCollapse: () => void } & Common} props */
function Head({ comment, thread, isFlat, isCollapsed, hidden, onCollapse, show }) {
  const above = isFlat && comment.parent ? thread.node(comment.parent)?.value.comment : null;
  const href = `/posts/${comment.post}#c-${comment.id}`;
  /** @param {MouseEvent} event */
  const mark = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(comment.id);
  };
  return html`<header class="thread-head">
    <button class="thread-fold" aria-expanded=${!isCollapsed} aria-label=${`Comment of ${authorOf(comment)}, and what answers it`} onClick=${onCollapse}><${Icon} name=${isCollapsed ? 'chevron-right' : 'chevron-down'} size=${18} /></button>
    <p class="by">${!comment.deleted && html`<${Avatar} user=${comment.author} size="s" />`}
      <span class="by-words">${comment.deleted ? html`<span class="name gone">[deleted]</span>` : html`<${Name} user=${comment.author} />`}
        ${above && html` <span>answers <bdi>${authorOf(above)}</bdi></span>`}
        ${' · '}<a class="thread-when" href=${href} onClick=${mark}><${Time} at=${comment.created_at} /></a>${comment.edited_at && !comment.deleted && ' · edited'}
        ${isCollapsed && ` · ${hidden ? `${counted(hidden, 'reply', 'replies')} hidden` : 'hidden'}`}</span></p>
  </header>`;
}

/** @param {{ comment: PostComment, onDelete: () => void } & Pick<Common, 'thread'>} props */
function Actions({ comment, thread, onDelete }) {
  const { liked = false, mine = false } = comment.viewer ?? {};
  const who = authorOf(comment);
  const reply = () => (account.value ? (thread.writing.value = { id: comment.id, kind: 'reply' }) : askToLogIn());
  const items = [
    { label: 'Copy link', icon: 'link', run: () => copy(`${location.origin}/posts/${comment.post}#c-${comment.id}`, 'The link to this comment is copied.') },
    mine && { label: 'Edit', icon: 'pencil', run: () => (thread.writing.value = { id: comment.id, kind: 'edit' }) },
    (mine || moderates()) && { label: 'Delete', icon: 'trash-2', isDangerous: true, run: onDelete },
  ];
  return html`<div class="card-actions thread-actions">
    <button class="act" aria-pressed=${liked} aria-label=${`Like the comment of ${who}, ${counted(comment.like_count, 'like')}`} onClick=${() => toggleLike(thread, comment)}>
      <${Icon} name="heart" filled=${liked} size=${18} />${comment.like_count > 0 && short(comment.like_count)}</button>
    <button class="act" aria-label=${`Reply to ${who}`} onClick=${reply}><${Icon} name="reply" size=${18} />Reply</button>
    <${Menu} label=${`More about the comment of ${who}`} class="act" align="start" items=${items}><${Icon} name="ellipsis" size=${18} /><//>
  </div>`;
}

/** @param {{ id: string, level: number } & Common} props */
export function Comment({ id, level, ...common }) {
  const { thread, onAdded, onDropped } = common;
  const [isAsking, ask] = useState(false);
  const node = thread.node(id)?.value;
  if (!node) return null;
  const { comment, replies, isLoading, problem, isCollapsed } = node;
  const { writing, unsent } = thread;
  const doing = writing.value?.id === id ? writing.value.kind : '';
  const left = Math.max(0, comment.reply_count - replies.length);
  const who = authorOf(comment);
  const focusHere = () => document.getElementById(`c-${id}`)?.focus({ preventScroll: true });

  const stop = () => {
    writing.value = null;
    focusHere();
  };
  /** @param {import('./comment-form.js').Said} said */
  const answer = async ({ text, anonymous, key }) => {
    const made = await send(`/posts/${comment.post}/comments`, { text, anonymous, parent: id }, { key });
    writing.value = null;
    onAdded(made);
  };
  /** @param {import('./comment-form.js').Said} said */
  const change = async ({ text }) => {
    thread.take(await patch(`/comments/${id}`, { text }));
    stop();
  };
  const erase = async () => {
    try {
      await remove(`/comments/${id}`);
      const all = [...document.querySelectorAll('.thread-comment')];
      const at = all.findIndex((one) => one.id === `c-${id}`);
      const near = comment.reply_count > 0 ? `c-${id}` : (all[at + 1] ?? all[at - 1])?.id;
      onDropped(thread.drop(id), near ?? null);
    } catch (wrong) {
      complain(wrong);
    }
  };
  const fold = () => thread.change(id, { isCollapsed: !isCollapsed });

  return html`<li class=${`thread-item ${level > STEPS ? 'flat' : ''}`}>
    <article class=${`thread-comment ${thread.marked.value === id ? 'marked' : ''}`} id=${`c-${id}`} tabindex="-1" aria-label=${`Comment of ${who}`}>
      <${Head} comment=${comment} isFlat=${level > STEPS} isCollapsed=${isCollapsed} hidden=${isCollapsed ? thread.below(id) : 0} onCollapse=${fold} ...${common} />
      ${!isCollapsed && html`<div class="thread-body">
        ${!comment.deleted && doing !== 'edit' && html`<${Markdown} text=${comment.text ?? ''} />`}
        ${doing === 'edit' && html`<${CommentForm} label="Your comment" action="Save" name=${`edit ${id}`} unsent=${unsent} first=${comment.text ?? ''} mayHide=${false} isOpen onSend=${change} onCancel=${stop} />`}
        ${!comment.deleted && doing !== 'edit' && html`<${Actions} comment=${comment} thread=${thread} onDelete=${() => ask(true)} />`}
        ${doing === 'reply' && html`<${CommentForm} label=${`Your reply to ${who}`} action="Reply" name=${`reply ${id}`} unsent=${unsent} isOpen onSend=${answer} onCancel=${stop} />`}
      </div>`}
    </article>
    ${!isCollapsed && (replies.length > 0 || left > 0) && html`<div class="thread-branch">
      <span class="thread-line" onClick=${fold}></span>
      <ol class="thread-replies" aria-label=${`Replies to ${who}`}>${replies.map((one) => html`<${Comment} key=${one} id=${one} level=${level + 1} ...${common} />`)}
        ${left > 0 && html`<li class="thread-more"><button class="link" disabled=${isLoading} onClick=${() => thread.moreReplies(id)}>
          ${isLoading ? 'Loading…' : `Show ${counted(left, replies.length ? 'more reply' : 'reply', replies.length ? 'more replies' : 'replies')}`}<span class="unseen"> to ${who}</span></button>
          ${problem && html`<span class="wrong" role="alert">${problem.message}</span>`}</li>`}</ol>
    </div>`}
    ${isAsking && html`<${Confirm} title="Delete this comment?" action="Delete the comment" isDangerous onConfirm=${erase} onClose=${() => ask(false)}>
      <p>${comment.reply_count > 0 ? 'Its words go for everybody. What answers it stays.' : 'It goes for everybody.'} This cannot be undone.</p><//>`}
  </li>`;
}

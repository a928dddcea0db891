// The comments of a post, as far as they are here: each with those of its replies that are known, so that a change of one
// draws that one anew.

import { batch, signal } from '../vendor/preact.js';
import { get, query } from '../base/api.js';
import { account } from '../base/session.js';

/** @typedef {import('../base/api.js').Problem} Problem */
/** @typedef {{ comment: PostComment, replies: string[], isLoading: boolean, problem: Problem | null, isCollapsed: boolean }} Node
 * `replies`: the ids of those that are here, the oldest first */
/** @typedef {import('../vendor/preact.js').Signal<Node>} Shown */
/** @typedef {{ id: string, kind: 'reply' | 'edit' }} Writing what is being written, and at which comment */

/** How many replies are asked for at once. */
const PAGE = 20;

/** How many threads are kept, so that coming back finds them as they were left. */
const KEPT = 10;

/** @type {Map<string, Thread>} */
const threads = new Map();

/** The thread below a post, as whoever is signed in sees it. @param {string} post */
export function threadOf(post) {
  const key = `${account.peek()?.id} ${post}`;
  const thread = threads.get(key) ?? makeThread(post);
  threads.delete(key);
  threads.set(key, thread);
  const [oldest] = threads.keys();
  if (threads.size > KEPT && oldest) threads.delete(oldest);
  return thread;
}

/** Ids sort by time. @param {string[]} some @param {string[]} more */
const merged = (some, more) => [...new Set([...some, ...more])].sort();

/** @typedef {ReturnType<typeof makeThread>} Thread */

/** @param {string} post */
function makeThread(post) {
  const path = `/posts/${post}/comments`;
  /** @type {Map<string, Shown>} */
  const nodes = new Map();
  /** Where the next page of replies begins, by the comment that they answer. @type {Map<string, string>} */
  const cursors = new Map();
  const items = signal(/** @type {string[] | null} */ (null));
  const isLoading = signal(false);
  const isDone = signal(false);
  const problem = signal(/** @type {Problem | null} */ (null));
  /** What was begun and not sent yet, by what it is: switching to another place loses nothing. */
  const unsent = signal(/** @type {Record<string, import('./comment-form.js').Unsent | undefined>} */ ({}));
  /** What is being written, and where. */
  const writing = signal(/** @type {Writing | null} */ (null));
  /** The comment that a link led to. */
  const marked = signal('');
  let cursor = /** @type {string | null} */ (null);

  /** @param {string} id @param {Partial<Node>} part */
  const change = (id, part) => {
    const node = nodes.get(id);
    if (node) node.value = { ...node.peek(), ...part };
  };

  /** Takes in a comment and the replies that came with it. @param {PostComment} comment @returns {string} */
  function take({ replies = [], ...comment }) {
    const ids = replies.map(take);
    const known = nodes.get(comment.id);
    if (known) change(comment.id, { comment, replies: merged(known.peek().replies, ids) });
    else nodes.set(comment.id, signal({ comment, replies: ids, isLoading: false, problem: null, isCollapsed: false }));
    return comment.id;
  }

  /** The next page of what answers the post itself; the first one anew. @param {{ isAnew?: boolean, limit?: number }} [options] */
  async function more({ isAnew = false, limit = PAGE } = {}) {
    if (isLoading.peek() || (isDone.peek() && !isAnew)) return;
    isLoading.value = true;
    problem.value = null;
    try {
      /** @type {Paged<PostComment>} */
      const page = await get(query(path, { cursor: isAnew ? null : cursor, limit }));
      batch(() => {
        const isFirst = items.peek() === null;
        items.value = merged(items.peek() ?? [], page.items.map(take));
        if (isAnew && !isFirst) return;
        cursor = page.next_cursor;
        isDone.value = cursor === null;
      });
    } catch (error) {
      problem.value = /** @type {Problem} */ (error);
    } finally {
      isLoading.value = false;
    }
  }

  /** The next page of what answers a comment. @param {string} id @param {number} [limit] */
  async function moreReplies(id, limit = PAGE) {
    if (nodes.get(id)?.peek().isLoading) return;
    change(id, { isLoading: true, problem: null });
    try {
      /** @type {Paged<PostComment>} */
      const page = await get(query(path, { parent: id, cursor: cursors.get(id), limit }));
      batch(() => {
        const ids = page.items.map(take);
        const node = nodes.get(id)?.peek();
        if (!node) return;
        const replies = merged(node.replies, ids);
        if (page.next_cursor) cursors.set(id, page.next_cursor);
        else cursors.delete(id);
        // At the end it is known how many there are.
        const comment = page.next_cursor ? node.comment : { ...node.comment, reply_count: replies.length };
        change(id, { replies, comment, isLoading: false });
      });
    } catch (error) {
      change(id, { isLoading: false, problem: /** @type {Problem} */ (error) });
    }
  }

  /** Puts in a comment that was just written. @param {PostComment} comment @returns {boolean} whether it is new here: sent once
   * more, it may have been counted before */
  const add = (comment) => batch(() => {
    const isNew = !nodes.has(comment.id);
    take(comment);
    const above = comment.parent ? nodes.get(comment.parent)?.peek() : null;
    if (above) {
      const reply_count = above.comment.reply_count + (isNew ? 1 : 0);
      change(above.comment.id, { comment: { ...above.comment, reply_count }, replies: merged(above.replies, [comment.id]), isCollapsed: false });
    } else items.value = merged(items.peek() ?? [], [comment.id]);
    return isNew;
  });

  /** Takes a comment out as the server does: one with replies stays without its words, and one whose last reply goes as well
   * goes with it. @param {string} id @param {boolean} [isPruned] @returns {number} how many are gone */
  function drop(id, isPruned = false) {
    const node = nodes.get(id)?.peek();
    if (!node) return 0;
    const { comment } = node;
    if (comment.reply_count > 0 && !isPruned) {
      change(id, { comment: { ...comment, deleted: true, text: null, author: null, anonymous: false, viewer: undefined } });
      return 0;
    }
    const above = comment.parent ? nodes.get(comment.parent)?.peek() : null;
    items.value = items.peek()?.filter((one) => one !== id) ?? null;
    nodes.delete(id);
    if (!above) return 1;
    const reply_count = Math.max(0, above.comment.reply_count - 1);
    change(above.comment.id, { comment: { ...above.comment, reply_count }, replies: above.replies.filter((one) => one !== id) });
    return 1 + (above.comment.deleted && reply_count === 0 ? drop(above.comment.id, true) : 0);
  }

  /** How many comments answer this one or what answers it, as far as is known. @param {string} id @returns {number} */
  function below(id) {
    const node = nodes.get(id)?.peek();
    return (node?.comment.reply_count ?? 0) + (node?.replies ?? []).reduce((sum, one) => sum + below(one), 0);
  }

  return {
    post, items, isLoading, isDone, problem, writing, unsent, marked, more, moreReplies, take, change, add, below,
    /** @param {string} id */
    node: (id) => nodes.get(id),
    /** @param {string} id */
    drop: (id) => batch(() => drop(id)),
    all: () => [...nodes.values()].map((node) => node.peek()),
  };
}

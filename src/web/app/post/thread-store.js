// The comments of a post, as far as they are here: each with those of its replies that are known, so that a change of one
// draws that one anew.

import { batch, signal } from '../vendor/preact.js';
import { get, query } from '../base/api.js';
import { account } from '../base/session.js';

/** @typedef {import('../base/api.js').Problem} Problem */
/** @typedef {{ comment: PostComment, replies: string[], isLoading: boolean, problem: Problem | null, isCollapsed: boolean }} Node
 * `replies`: the ids of those that are here, the oldest first */
/** @typedef {import('../vendor/preact.js').Signal<Node>} Shown */
/** @typedef {{ next: string | null, tail: string | null, last: string }} Reach how far a list of the server's is here: where its
 * next page begins, where its last one began, and the last id that came in order; of what is newer some may be missing */
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
  /** By the comment that is answered; what answers the post has the empty id. @type {Map<string, Reach>} */
  const reaches = new Map();
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
  /** What to ask for once more where it failed. @type {{ isAnew?: boolean, limit?: number }} */
  let failed = {};
  let loading = Promise.resolve();

  /** @param {string} id */
  const reachOf = (id) => reaches.get(id) ?? { next: null, tail: null, last: '' };
  /** @param {string} id @param {Partial<Reach>} part */
  const reach = (id, part) => {
    const before = reachOf(id);
    const { last = '' } = part;
    reaches.set(id, { ...before, ...part, last: last > before.last ? last : before.last });
  };
  /** Where to go on; at the end that is the last page once more, because it may have grown. @param {string} id */
  const cursorOf = (id) => reachOf(id).next ?? reachOf(id).tail;
  /** @param {string} id @param {string | null} tail where the page began @param {Paged<PostComment>} page */
  const reachPage = (id, tail, page) => reach(id, { next: page.next_cursor, tail, last: page.items.at(-1)?.id });

  /** @param {string} id @param {Partial<Node>} part */
  const change = (id, part) => {
    const node = nodes.get(id);
    if (node) node.value = { ...node.peek(), ...part };
  };

  /** Takes in a comment and the replies that came with it. @param {PostComment} comment @returns {string} */
  function take({ replies = [], ...comment }) {
    const ids = replies.map(take);
    reach(comment.id, { last: ids.at(-1) });
    const known = nodes.get(comment.id);
    if (known) change(comment.id, { comment, replies: merged(known.peek().replies, ids) });
    else nodes.set(comment.id, signal({ comment, replies: ids, isLoading: false, problem: null, isCollapsed: false }));
    return comment.id;
  }

  /** The next page of what answers the post itself; the first one anew. @param {{ isAnew?: boolean, limit?: number }} [options] */
  async function load({ isAnew = false, limit = PAGE } = {}) {
    if (isDone.peek() && !isAnew) return;
    isLoading.value = true;
    problem.value = null;
    let isMissing = false;
    try {
      const cursor = isAnew ? null : cursorOf('');
      /** @type {Paged<PostComment>} */
      const page = await get(query(path, { cursor, limit }));
      batch(() => {
        const before = items.peek();
        items.value = merged(before ?? [], page.items.map(take));
        if (!isAnew || !before) {
          reachPage('', cursor, page);
          isDone.value = page.next_cursor === null;
          isMissing = !isDone.peek() && items.peek()?.length === (before ?? []).length;
        } else if (isDone.peek()) {
          // What was read to its end may have grown.
          if (!cursorOf('')) reach('', { next: page.next_cursor });
          isDone.value = !cursorOf('');
        }
      });
    } catch (error) {
      failed = { isAnew, limit };
      problem.value = /** @type {Problem} */ (error);
    } finally {
      isLoading.value = false;
    }
    // All of the page was here already: whoever asks waits for something else.
    if (isMissing) await load({ limit });
  }

  /** As `load`; one at a time, and done when that one is. @param {{ isAnew?: boolean, limit?: number }} [options] */
  function more(options) {
    if (!isLoading.peek()) loading = load(options);
    return loading;
  }

  /** The next page of what answers a comment. @param {string} id @param {number} [limit] */
  async function moreReplies(id, limit = PAGE) {
    if (nodes.get(id)?.peek().isLoading) return;
    change(id, { isLoading: true, problem: null });
    let isMissing = false;
    try {
      const cursor = cursorOf(id);
      /** @type {Paged<PostComment>} */
      const page = await get(query(path, { parent: id, cursor, limit }));
      batch(() => {
        const ids = page.items.map(take);
        const node = nodes.get(id)?.peek();
        if (!node) return;
        const replies = merged(node.replies, ids);
        reachPage(id, cursor, page);
        isMissing = page.next_cursor !== null && replies.length === node.replies.length;
        // At the end it is known how many there are.
        const comment = page.next_cursor ? node.comment : { ...node.comment, reply_count: replies.length };
        change(id, { replies, comment, isLoading: false });
      });
    } catch (error) {
      change(id, { isLoading: false, problem: /** @type {Problem} */ (error) });
    }
    if (isMissing) await moreReplies(id, limit);
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
    /** What failed last, once more. */
    retry: () => more(failed),
    /** The last id up to which all that answers a comment, or the post, is here. @param {string} [id] */
    lastOf: (id = '') => reachOf(id).last,
    /** @param {string} id */
    node: (id) => nodes.get(id),
    /** @param {string} id */
    drop: (id) => batch(() => drop(id)),
    all: () => [...nodes.values()].map((node) => node.peek()),
  };
}

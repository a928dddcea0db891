// What readers do with a post: each is shown at once, and taken back where the server refuses.

import { put, remove } from '../base/api.js';
import { changeEverywhere, forgetLists } from '../base/list.js';
import { account } from '../base/session.js';
import { askToLogIn } from '../shell/outlet.js';
import { complain, say } from './toast.js';

/** @typedef {(change: (post: Post) => Post) => void} Update how to change the post where it is shown outside of lists */

/** @param {Post} post @param {Update} [update] */
function changer(post, update) {
  /** @param {(post: Post) => Post} change */
  return (change) => {
    changeEverywhere(post.id, change);
    update?.(change);
  };
}

/** @param {Post} post @param {'like' | 'bookmark' | 'archive'} mark @param {boolean} isOn
 *  @param {(post: Post) => Post} guess @param {Update} [update] @returns {Promise<boolean>} whether it is so now */
async function set(post, mark, isOn, guess, update) {
  if (!account.value) {
    askToLogIn();
    return false;
  }
  const change = changer(post, update);
  change(guess);
  try {
    const now = await (isOn ? put : remove)(`/posts/${post.id}/${mark}`);
    // What is said below it meanwhile is counted where it is shown: this answer may be older, or newer, than that.
    change((shown) => ({ ...now, comment_count: shown.comment_count }));
  } catch (problem) {
    change(() => post);
    complain(problem);
    return false;
  }
  forgetLists(mark === 'like' ? '/me/likes' : mark === 'bookmark' ? '/me/bookmarks' : '/');
  return true;
}

const nobody = { liked: false, bookmarked: false, mine: false };

/** Likes a post, or no longer. @param {Post} post @param {Update} [update] */
export function toggleLike(post, update) {
  const liked = !post.viewer?.liked;
  return set(post, 'like', liked, (now) => ({ ...now, like_count: now.like_count + (liked ? 1 : -1), viewer: { ...nobody, ...now.viewer, liked } }), update);
}

/** Keeps a post, or no longer. @param {Post} post @param {Update} [update] */
export async function toggleBookmark(post, update) {
  const bookmarked = !post.viewer?.bookmarked;
  await set(post, 'bookmark', bookmarked, (now) => ({ ...now, viewer: { ...nobody, ...now.viewer, bookmarked } }), update);
}

/** Puts one's own post away, or back. @param {Post} post @param {Update} [update] */
export async function toggleArchive(post, update) {
  const archived = !post.archived;
  const isSo = await set(post, 'archive', archived, (now) => ({ ...now, archived }), update);
  if (isSo) say(archived ? 'Archived: it is in no feed any more, and in your posts under Archived.' : 'Back in the feed.');
}

// Posts that were looked at or written a moment ago, so that they show at once.

import { signal } from '../vendor/preact.js';
import { changeEverywhere, findAnywhere } from '../base/list.js';
import { account } from '../base/session.js';

/** How many are kept. */
const KEPT = 20;

/** By who looks at it, because `viewer` is theirs. @type {Map<string, import('../vendor/preact.js').Signal<Post | null>>} */
const posts = new Map();

/** The post as far as it is known here. @param {string} id @param {Post} [first] */
export function keptPost(id, first) {
  const key = `${account.peek()?.id} ${id}`;
  // Lists hear of likes and edits, so what they have is at least as new.
  const known = first ?? findAnywhere(id);
  const kept = posts.get(key) ?? signal(/** @type {Post | null} */ (null));
  if (known) kept.value = known;
  posts.delete(key);
  posts.set(key, kept);
  const [oldest] = posts.keys();
  if (posts.size > KEPT && oldest) posts.delete(oldest);
  return kept;
}

/** Puts what the server said of a post everywhere it is shown. @param {Post} post */
export function keepPost(post) {
  keptPost(post.id).value = post;
  changeEverywhere(post.id, () => post);
}

/** Takes a post that is gone out of everywhere. @param {string} id */
export function dropPost(id) {
  keptPost(id).value = null;
  changeEverywhere(id, () => null);
}

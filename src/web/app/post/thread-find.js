// Finding a comment of which only the id is known: the server has comments by what they answer, so the branches that may
// have it are looked through. Ids sort by time, and nothing is older than what it answers.

/** How many requests are made for one comment, at most. */
const MOST = 40;

/** Looks for a comment: `here` it is, it is `gone`, too `far` for so many requests, or one of them `failed`.
 * @param {import('./thread-store.js').Thread} thread @param {string} id @returns {Promise<'here' | 'gone' | 'far' | 'failed'>} */
export async function findComment(thread, id) {
  for (let asked = 0; !thread.node(id); asked++) {
    if (asked === MOST) return 'far';
    // Lists come the oldest first. What was just written is here before what was written meanwhile.
    const mayBeOnTop = !thread.isDone.peek() && thread.lastOf() < id;
    if (mayBeOnTop) await thread.more({ limit: 100 });
    else {
      // The newest ones before it are the likeliest to be above it.
      const branch = thread.all()
        .filter(({ comment, replies }) => comment.id < id && comment.reply_count > replies.length && thread.lastOf(comment.id) < id)
        .sort((one, other) => (one.comment.id < other.comment.id ? 1 : -1))[0];
      if (!branch) return 'gone';
      await thread.moreReplies(branch.comment.id, 100);
      if (thread.node(branch.comment.id)?.peek().problem) return 'failed';
    }
    if (thread.problem.peek()) return 'failed';
  }
  return 'here';
}

/** Opens every branch that `id` is in. @param {import('./thread-store.js').Thread} thread @param {string} id */
export function openAbove(thread, id) {
  for (let at = thread.node(id)?.peek(); at; at = at.comment.parent ? thread.node(at.comment.parent)?.peek() : undefined) {
    if (at.isCollapsed) thread.change(at.comment.id, { isCollapsed: false });
  }
}

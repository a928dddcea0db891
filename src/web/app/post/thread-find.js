// Finding a comment of which only the id is known: the server has comments by what they answer, so the branches that may
// have it are looked through. Ids sort by time, and nothing is older than what it answers.

/** How many requests are made for one comment, at most. */
const MOST = 40;

/** @param {import('./thread-store.js').Thread} thread @param {string} id @returns {Promise<boolean>} whether it is here now */
export async function findComment(thread, id) {
  let asked = 0;
  while (!thread.node(id) && asked++ < MOST) {
    const last = thread.items.peek()?.at(-1);
    const mayBeOnTop = !thread.isDone.peek() && !(last && last > id);
    if (mayBeOnTop) await thread.more({ limit: 100 });
    else {
      // The newest ones before it are the likeliest to be above it.
      const branch = thread.all()
        .filter(({ comment, replies }) => comment.id < id && comment.reply_count > replies.length && !(hasWhole(replies, id)))
        .sort((one, other) => (one.comment.id < other.comment.id ? 1 : -1))[0];
      if (!branch) return false;
      await thread.moreReplies(branch.comment.id, 100);
      if (thread.node(branch.comment.id)?.peek().problem) return false;
    }
    if (thread.problem.peek()) return false;
  }
  return thread.node(id) !== undefined;
}

/** Whether the replies that are here go beyond the one that is looked for: they come the oldest first. @param {string[]} replies @param {string} id */
const hasWhole = (replies, id) => (replies.at(-1) ?? '') > id;

/** Opens every branch that `id` is in. @param {import('./thread-store.js').Thread} thread @param {string} id */
export function openAbove(thread, id) {
  for (let at = thread.node(id)?.peek(); at; at = at.comment.parent ? thread.node(at.comment.parent)?.peek() : undefined) {
    if (at.isCollapsed) thread.change(at.comment.id, { isCollapsed: false });
  }
}

// The earlier texts of a post, the latest first, each with what became of it.

import { html, useEffect, useMemo, useState } from '../vendor/preact.js';
import { list } from '../base/list.js';
import { whole } from '../base/time.js';
import { Dialog } from '../parts/dialog.js';
import { Skeleton, Wrong } from '../parts/states.js';
import { difference } from './difference.js';

/** How much of what stayed is shown around a change, in characters. */
const AROUND = 160;

/** @typedef {{ title: string, body: string, at: string }} Text */

/** @param {string} text @param {boolean} isFirst @param {boolean} isLast */
function shortened(text, isFirst, isLast) {
  if (text.length <= 3 * AROUND) return text;
  const start = isFirst ? '' : `${text.slice(0, AROUND).replace(/\S*$/, '')} `;
  const end = isLast ? '' : ` ${text.slice(-AROUND).replace(/^\S*/, '')}`;
  return `${start}…${end}`;
}

/** @param {{ old: string, now: string }} props */
function Changes({ old, now }) {
  const parts = useMemo(() => difference(old, now), [old, now]);
  return parts.map(({ kind, text }, at) => {
    if (kind === 'same') return html`<span key=${at}>${shortened(text, at === 0, at === parts.length - 1)}</span>`;
    return kind === 'gone' ? html`<del key=${at}>${text}</del>` : html`<ins key=${at}>${text}</ins>`;
  });
}

/** @param {{ text: Text, older: Text | undefined, name: string }} props */
function Version({ text, older, name }) {
  const [areChangesShown, showChanges] = useState(true);
  const isCompared = older && areChangesShown;
  return html`<section class="post-version">
    <h3>${name} <span class="quiet">· <time datetime=${text.at}>${whole(text.at)}</time></span></h3>
    ${older && html`<button class="link" aria-pressed=${!areChangesShown} onClick=${() => showChanges(!areChangesShown)}>Show the whole text<span class="unseen"> of ${whole(text.at)}</span></button>`}
    <div class="post-version-text" dir="auto"><strong>${isCompared ? html`<${Changes} old=${older.title} now=${text.title} />` : text.title}</strong>
      <div>${isCompared ? html`<${Changes} old=${older.body} now=${text.body} />` : text.body}</div></div>
  </section>`;
}

/** @param {{ post: Post, onClose: () => void }} props */
export function History({ post, onClose }) {
  // Another edit has another history.
  const revisions = useMemo(() => /** @type {import('../base/list.js').List<Revision>} */ (list(`/posts/${post.id}/history?limit=10`)), []);
  useEffect(() => void revisions.reload(), []);
  const { items, isLoading, isDone, problem } = revisions;
  const earlier = (items.value ?? []).map(({ title, body, written_at }) => ({ title, body, at: written_at }));
  const texts = [{ title: post.title, body: post.body, at: post.edited_at ?? post.created_at }, ...earlier];
  // The last one that is here can only be compared once the one before it is here, too.
  const shown = isDone.value ? texts : texts.slice(0, -1);
  return html`<${Dialog} title="Earlier texts" wide onClose=${onClose}>
    ${!items.value && !problem.value && html`<${Skeleton} lines=${5} />`}
    ${items.value && html`<p class="quiet">The latest first. <ins>What came</ins> and <del>what went</del> are marked.</p>
      ${shown.map((text, at) => html`<${Version} key=${text.at + at} text=${text} older=${texts[at + 1]} name=${at === 0 ? 'As it is now' : texts[at + 1] ? 'Before' : isDone.value ? 'As it was first' : 'Before'} />`)}`}
    ${problem.value && html`<${Wrong} problem=${problem.value} onRetry=${revisions.retry} />`}
    ${items.value && !isDone.value && !problem.value && html`<div class="list-more"><button class="button" disabled=${isLoading.value} onClick=${revisions.more}>Show earlier ones</button></div>`}
  <//>`;
}

// A post, and what people say about it.

import { html, useEffect, useMemo, useState } from '../vendor/preact.js';
import { get } from '../base/api.js';
import { takeFirst } from '../base/first.js';
import { useTitle } from '../base/page.js';
import { account } from '../base/session.js';
import { Empty, Skeleton, Wrong } from '../parts/states.js';
import { askToLogIn } from '../shell/outlet.js';
import { Article } from './article.js';
import { keepPost, keptPost } from './kept.js';
import { Thread } from './thread.js';

const Gone = () => {
  useTitle('Not there');
  return html`<h1 class="unseen">This post is not there</h1>
    <${Empty} icon="flame" title="This post is not there"><p>Its author may have deleted it, or the address is not quite right.</p>
      <p><a class="button" href="/">Go to the feed</a></p><//>`;
};

const ForMembers = () => {
  useTitle('For members');
  return html`<h1 class="unseen">For members</h1>
    <${Empty} icon="lock" title="This is for members"><p>Log in to read it.</p>
      <p><button class="button primary" onClick=${askToLogIn}>Log in</button></p><//>`;
};

/** @param {{ problem: import('../base/api.js').Problem, onRetry: () => void }} props */
const Failed = ({ problem, onRetry }) => {
  useTitle('Post');
  return html`<h1 class="unseen">Post</h1><${Wrong} problem=${problem} onRetry=${onRetry} />`;
};

const Waiting = () => html`<article class="panel post" aria-busy="true"><h1 class="unseen">One moment</h1><${Skeleton} lines=${7} /></article>`;

/** @param {{ id: string }} props */
function Whole({ id }) {
  const path = `/posts/${id}`;
  const first = useMemo(() => takeFirst(path), [path]);
  const kept = useMemo(() => keptPost(id, first), [id]);
  const [problem, setProblem] = useState(/** @type {import('../base/api.js').Problem | null} */ (null));
  const post = kept.value;

  const load = async () => {
    setProblem(null);
    try {
      keepPost(await get(path));
    } catch (error) {
      setProblem(/** @type {any} */ (error));
    }
  };
  // What the document brought is fresh, but as visitors see it; what a list had may be old.
  useEffect(() => {
    if (!first || (account.value && !first.viewer)) load();
  }, [id]);
  useTitle(post?.title);

  if (problem?.status === 404) return html`<${Gone} />`;
  if (problem?.status === 401) return html`<${ForMembers} />`;
  if (!post) return problem ? html`<${Failed} problem=${problem} onRetry=${load} />` : html`<${Waiting} />`;
  /** @param {(post: Post) => Post} change */
  const update = (change) => {
    if (kept.peek()) kept.value = change(/** @type {Post} */ (kept.peek()));
  };
  return html`<${Article} post=${post} update=${update} />
    <${Thread} post=${post} update=${update} />`;
}

/** @param {{ id: string }} props */
export default function PostPage({ id }) {
  return html`<${Whole} key=${id} id=${id} />`;
}

// Changing a post.

import { html, useEffect, useMemo, useState } from '../vendor/preact.js';
import { get, patch } from '../base/api.js';
import { useTitle } from '../base/page.js';
import { back, go } from '../base/router.js';
import { Empty, Skeleton, Wrong } from '../parts/states.js';
import { say } from '../parts/toast.js';
import { Composer } from './composer.js';
import { isSame } from './draft.js';
import { keepPost, keptPost } from './kept.js';

/** @typedef {import('./draft.js').Content} Content */

/** @param {{ title: string, text: string, id: string }} props */
const Refused = ({ title, text, id }) => html`<h1 class="unseen">${title}</h1><${Empty} icon="pencil" title=${title}><p>${text}</p>
  <p><a class="button" href=${id ? `/posts/${id}` : '/'}>${id ? 'Go to the post' : 'Go to the feed'}</a></p><//>`;

/** What of `next` is other than in `now`: all else is left as it is. @param {Content} now @param {Content} next */
function changes(now, next) {
  const [before, after] = [now, next].map(({ images, anonymous, ...rest }) => /** @type {Record<string, unknown>} */ ({ ...rest, images: images.map(({ id }) => id) }));
  return Object.fromEntries(Object.entries(after ?? {}).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before?.[name])));
}

/** @param {{ id: string }} props */
function Edit({ id }) {
  useTitle('Edit your post');
  const kept = useMemo(() => keptPost(id), [id]);
  const [post, setPost] = useState(/** @type {Post | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import('../base/api.js').Problem | null} */ (null));
  const load = async () => {
    setProblem(null);
    try {
      // What is changed is what the server has now, and no older copy.
      const fresh = await get(`/posts/${id}`);
      keepPost(fresh);
      setPost(fresh);
    } catch (error) {
      setProblem(/** @type {any} */ (error));
    }
  };
  useEffect(() => void load(), [id]);

  if (problem?.status === 404) return html`<${Refused} title="This post is not there" text="It may have been deleted meanwhile." id="" />`;
  if (problem) return html`<h1 class="unseen">Edit your post</h1><${Wrong} problem=${problem} onRetry=${load} />`;
  if (!post) return html`<div class="panel" aria-busy="true"><h1>Edit your post</h1><${Skeleton} lines=${7} /></div>`;
  if (!post.viewer?.mine) return html`<${Refused} title="This is somebody else’s post" text="Only who wrote it can change it." id=${id} />`;

  const { title, body, categories, tags, anonymous, images } = post;
  /** @type {Content} */
  const first = { title, body, categories, tags, anonymous, images };
  const leave = () => (kept.peek() ? back(`/posts/${id}`) : go(`/posts/${id}`, { replace: true }));
  /** @param {Content} content */
  const save = async (content) => {
    if (!isSame(content, first)) {
      keepPost(await patch(`/posts/${id}`, changes(first, content)));
      say('Your changes are saved.');
    }
    leave();
  };
  return html`<${Composer} heading="Edit your post" action="Save" name=${`edit.${id}`} first=${first} isNew=${false} publish=${save} cancel=${leave} />`;
}

/** @param {{ id: string }} props */
export default function EditPage({ id }) {
  return html`<${Edit} key=${id} id=${id} />`;
}

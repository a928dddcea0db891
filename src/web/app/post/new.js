// Writing a post.

import { html, useState } from '../vendor/preact.js';
import { post, Problem } from '../base/api.js';
import { forgetLists } from '../base/list.js';
import { useTitle } from '../base/page.js';
import { back, go } from '../base/router.js';
import { say } from '../parts/toast.js';
import { categories, loadCategories } from '../shell/categories.js';
import { Composer } from './composer.js';
import { nothing } from './draft.js';
import { keepPost } from './kept.js';

/** @typedef {import('./draft.js').Content} Content */

/** @param {Content} content @param {string} key */
async function publish({ images, ...content }, key) {
  try {
    /** @type {Post} */
    const made = await post('/posts', { ...content, images: images.map(({ id }) => id) }, { key });
    forgetLists('/posts');
    forgetLists('/me/posts');
    forgetLists('/users/');
    keepPost(made);
    loadCategories();
    go(`/posts/${made.id}`, { replace: true });
    say('Your post is out.');
  } catch (error) {
    const wasBefore = error instanceof Problem && error.code === 'idempotency_key_reused';
    throw wasBefore ? new Problem(422, error.code, 'This was published a moment ago, before your last changes: you find it in My posts, and can change it there.') : error;
  }
}

/** @param {{ query: URLSearchParams }} props */
export default function NewPost({ query }) {
  useTitle('New post');
  const [first] = useState(() => ({ ...nothing(), categories: query.getAll('category').filter((slug) => categories.peek()?.some((one) => one.slug === slug)) }));
  return html`<${Composer} heading="New post" action="Publish" name="new" first=${first} isNew publish=${publish} cancel=${() => back('/')} />`;
}

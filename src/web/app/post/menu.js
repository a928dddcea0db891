// What an author does with a post, and what moderators may.

import { html, useState } from '../vendor/preact.js';
import { remove } from '../base/api.js';
import { forgetLists } from '../base/list.js';
import { back } from '../base/router.js';
import { moderates } from '../base/session.js';
import { Confirm } from '../parts/dialog.js';
import { toggleArchive } from '../parts/likes.js';
import { Menu } from '../parts/menu.js';
import { complain, say } from '../parts/toast.js';
import { loadCategories } from '../shell/categories.js';
import { dropPost } from './kept.js';

/** @param {{ post: Post, update: import('../parts/likes.js').Update, onHistory: () => void }} props */
export function PostMenu({ post, update, onHistory }) {
  const [isAsking, ask] = useState(false);
  const isMine = post.viewer?.mine ?? false;
  const items = [
    isMine && { label: 'Edit', icon: 'pencil', href: `/posts/${post.id}/edit` },
    isMine && { label: post.archived ? 'Bring back to the feed' : 'Archive', icon: post.archived ? 'archive-restore' : 'archive', run: () => toggleArchive(post, update) },
    post.edited_at && { label: 'Earlier texts', icon: 'history', run: onHistory },
    (isMine || moderates()) && { label: 'Delete', icon: 'trash-2', isDangerous: true, run: () => ask(true) },
  ];
  const erase = async () => {
    try {
      await remove(`/posts/${post.id}`);
      back('/');
      dropPost(post.id);
      forgetLists('/me/');
      loadCategories();
      say('The post is deleted.');
    } catch (problem) {
      complain(problem);
    }
  };
  if (!items.some(Boolean)) return null;
  return html`<${Menu} label="More about this post" items=${items} />
    ${isAsking && html`<${Confirm} title="Delete this post?" action="Delete the post" isDangerous onConfirm=${erase} onClose=${() => ask(false)}>
      <p>It goes for everybody, with its pictures, its earlier texts and all comments. This cannot be undone.</p>
      ${isMine && !post.archived && html`<p class="quiet">To put it out of sight and keep it, archive it instead.</p>`}<//>`}`;
}

// A list of posts, with keys to walk it.

import { html, useEffect, useState } from '../vendor/preact.js';
import { go } from '../base/router.js';
import { ListEnd, Skeleton, Wrong } from '../parts/states.js';
import { useKeys } from '../shell/keys.js';
import { Card } from './card.js';

const Waiting = () => html`<div class="feed" aria-busy="true">${[4, 3, 5].map((lines) => html`<div class="card" key=${lines}><${Skeleton} lines=${lines} /></div>`)}</div>`;

/** @param {{ list: import('../base/list.js').List<Post>, empty: any, end?: string }} props */
export function Feed({ list, empty, end }) {
  const [chosen, choose] = useState(-1);
  const posts = list.items.value;
  useEffect(() => {
    if (!posts) list.more();
  }, [list]);

  /** @param {number} step */
  const move = (step) => {
    const next = Math.min(Math.max(chosen + step, 0), (posts?.length ?? 1) - 1);
    choose(next);
    const link = document.querySelector(`.card[data-index="${next}"] .card-title a`);
    if (!(link instanceof HTMLElement)) return;
    link.focus({ preventScroll: true });
    link.closest('.card')?.scrollIntoView({ block: 'nearest' });
    if (next >= (posts?.length ?? 0) - 3) list.more();
  };
  const here = posts?.[chosen];
  useKeys([
    { keys: 'j', does: 'Go to the next post', run: () => move(1) },
    { keys: 'k', does: 'Go to the post before', run: () => move(-1) },
    { keys: 'o', does: 'Open the post', run: () => here && go(`/posts/${here.id}`) },
  ], [chosen, posts, list]);

  if (!posts) return list.problem.value ? html`<${Wrong} problem=${list.problem.value} onRetry=${list.reload} />` : html`<${Waiting} />`;
  if (!posts.length && list.isDone.value) return empty;
  return html`<div class="feed">${posts.map((post, index) => html`<${Card} key=${post.id} post=${post} index=${index} isChosen=${index === chosen} />`)}</div>
    <${ListEnd} list=${list} end=${end} />`;
}

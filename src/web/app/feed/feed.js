// A list of posts, with keys to walk it.

import { html, useEffect, useState } from '../vendor/preact.js';
import { go, place } from '../base/router.js';
import { ListEnd, Skeleton, Wrong } from '../parts/states.js';
import { useKeys } from '../shell/keys.js';
import { Card } from './card.js';

const Waiting = () => html`<div class="feed" aria-busy="true">${[4, 3, 5].map((lines) => html`<div class="card" key=${lines}><${Skeleton} lines=${lines} /></div>`)}</div>`;

/** How old a list may be, in milliseconds, and still be shown as it is to somebody who comes to it anew. */
const FRESH = 30_000;

/** @param {number} index */
export function focusOnCard(index) {
  const link = document.querySelector(`.card[data-index="${index}"] .card-title a`);
  if (link instanceof HTMLElement) link.focus({ preventScroll: true });
  return link?.closest('.card');
}

/** Which card has the focus, or something in it; -1 where none has. */
const focused = () => Number(document.activeElement?.closest('.card')?.getAttribute('data-index') ?? -1);

/** The first card that can be seen. */
function firstInView() {
  const top = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
  return Math.max([...document.querySelectorAll('.card')].findIndex((card) => card.getBoundingClientRect().bottom > top + 1), 0);
}

/** `action` makes one more thing to do with a post; `visit` is another one whenever somebody comes here.
 * @param {{ list: import('../base/list.js').List<Post>, visit?: number, empty: any, end?: string, action?: (post: Post) => any }} props */
export function Feed({ list, visit, empty, end, action }) {
  const [chosen, choose] = useState(-1);
  const posts = list.items.value;
  useEffect(() => {
    if (!posts) list.more();
    // Who returns finds it as it was left.
    else if (!place.peek().isReturn && list.age() > FRESH) list.reload();
  }, [list, visit]);

  /** @param {number} step */
  const move = (step) => {
    const from = focused();
    const next = from < 0 ? firstInView() : Math.min(Math.max(from + step, 0), (posts?.length ?? 1) - 1);
    choose(next);
    focusOnCard(next)?.scrollIntoView({ block: 'nearest' });
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
  return html`<div class="feed">${posts.map((post, index) => html`<${Card} key=${post.id} post=${post} index=${index} isChosen=${index === chosen} action=${action} />`)}</div>
    <${ListEnd} list=${list} end=${end} />`;
}

// What stands where there is nothing yet, nothing at all, or something wrong; and the end of a list that goes on.

import { html, useEffect, useRef } from '../vendor/preact.js';
import { Icon } from './icon.js';

/** Nothing here, in friendly words. @param {{ icon?: string, title: string, children?: any }} props */
export const Empty = ({ icon = 'sparkles', title, children }) => html`<div class="empty">
  <span class="empty-icon"><${Icon} name=${icon} size=${28} /></span><h2>${title}</h2>${children && html`<div class="empty-words">${children}</div>`}
</div>`;

/** Something went wrong, and what to do. @param {{ problem: any, onRetry?: () => void }} props */
export const Wrong = ({ problem, onRetry }) => html`<div class="empty" role="alert">
  <span class="empty-icon"><${Icon} name=${problem?.status === 0 ? 'wifi-off' : 'circle-alert'} size=${28} /></span>
  <h2>${problem?.status === 404 ? 'There is nothing here' : 'That did not work'}</h2>
  <p class="empty-words">${problem?.message}</p>
  ${onRetry && html`<button class="button" onClick=${onRetry}>Try again</button>`}
</div>`;

/** Where something is about to be. @param {{ lines?: number, class?: string }} props */
export const Skeleton = ({ lines = 3, class: className = '' }) => html`<div class=${`skeleton ${className}`} aria-hidden="true">
  ${Array.from({ length: lines }, (_, at) => html`<span key=${at}></span>`)}
</div>`;

/** The end of a list: when it comes near, more is loaded. @param {{ list: import('../base/list.js').List<any>, end?: string }} props */
export function ListEnd({ list, end }) {
  const mark = useRef(/** @type {HTMLElement | null} */ (null));
  const { isLoading, isDone, problem, items } = list;
  useEffect(() => {
    if (!mark.current || isDone.value || problem.value) return undefined;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && list.more(), { rootMargin: '800px' });
    watcher.observe(mark.current);
    return () => watcher.disconnect();
  }, [list, items.value?.length, isDone.value, problem.value]);
  if (problem.value) return html`<${Wrong} problem=${problem.value} onRetry=${list.retry ?? list.more} />`;
  if (isDone.value) return end && items.value?.length ? html`<p class="list-end">${end}</p>` : null;
  return html`<div ref=${mark} class="list-more"><button class="button" disabled=${isLoading.value} onClick=${list.more}>
    ${isLoading.value ? 'Loading…' : 'Show more'}</button></div>`;
}

// The button that sends a form: it says that it is at work, and counts down where the server wants one to wait.

import { html, useEffect, useState } from '../vendor/preact.js';

/** Seconds until trying again may help. @param {import('../base/api.js').Problem | null} problem */
function useWait(problem) {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const until = Date.now() + (problem?.retryAfter ?? 0) * 1000;
    const count = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    count();
    if (!problem?.retryAfter) return undefined;
    const timer = setInterval(count, 250);
    return () => clearInterval(timer);
  }, [problem]);
  return left;
}

/** @param {number} seconds */
const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** It keeps the focus while it can do nothing, so it is never really disabled.
 * @param {{ label: string, isBusy: boolean, problem?: import('../base/api.js').Problem | null, class?: string }} props */
export function Submit({ label, isBusy, problem = null, class: className = 'primary' }) {
  const left = useWait(problem);
  const isIdle = isBusy || left > 0;
  /** @param {Event} event */
  const onClick = (event) => isIdle && event.preventDefault();
  return html`<button class=${`button ${className}`} aria-disabled=${isIdle ? 'true' : undefined} onClick=${onClick}>
    ${isBusy ? 'One moment…' : left > 0 ? `Wait ${minutes(left)}` : label}</button>
    <span class="unseen" role="status">${problem?.retryAfter && left === 0 ? 'You can try again now.' : ''}</span>`;
}

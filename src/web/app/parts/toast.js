// Short words about what just happened, which go away by themselves. Screen readers say them, too.

import { html, signal } from '../vendor/preact.js';
import { Icon } from './icon.js';

/** @typedef {{ id: number, text: string, kind: 'done' | 'problem', action?: { label: string, run: () => void } }} Toast */

/** How long one stays, in milliseconds; twice as long where it has something to press. */
const STAY = 6000;

const toasts = signal(/** @type {Toast[]} */ ([]));
let next = 1;

/** @param {number} id */
const drop = (id) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

/** Says `text`. @param {string} text @param {Partial<Toast>} [more] */
export function say(text, more = {}) {
  const id = next++;
  toasts.value = [...toasts.value.filter((toast) => toast.text !== text).slice(-2), { id, text, kind: 'done', ...more }];
  setTimeout(() => drop(id), more.action ? 2 * STAY : STAY);
}

/** Says what went wrong. @param {any} problem */
export const complain = (problem) => say(problem?.message ?? 'That did not work. Try again.', { kind: 'problem' });

export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.value.map(({ id, text, kind, action }) => html`<div class=${`toast ${kind}`} key=${id}>
      <${Icon} name=${kind === 'done' ? 'check' : 'circle-alert'} />
      <span>${text}</span>
      ${action && html`<button class="link" onClick=${() => { drop(id); action.run(); }}>${action.label}</button>`}
      <button class="quiet-button" aria-label="Close this message" onClick=${() => drop(id)}><${Icon} name="x" size=${16} /></button>
    </div>`)}
  </div>`;
}

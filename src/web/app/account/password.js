// A password's field: it can be looked at, and a new one is judged by what counts most, its length.

import { html, useId, useState } from '../vendor/preact.js';

/** How good a password is, from 0 to 4, in words. @param {string} password @returns {[number, string]} */
function judge(password) {
  const length = [...password].length;
  if (!length) return [0, 'At least 8 characters. A short sentence is a good one.'];
  if (length < 8) return [1, 'Too short: it needs at least 8 characters.'];
  if (new Set(password).size < 5) return [1, 'Easy to guess: the same few characters over and over.'];
  if (/^(\d+|(.*(password|passwort|qwert|12345|abcdef).*))$/i.test(password) && length < 20) return [1, 'Easy to guess: many people use something like it.'];
  if (length < 12) return [2, 'It will do. A few more words make it much harder to guess.'];
  if (length < 16) return [3, 'Good: this takes long to guess.'];
  return [4, 'Very good: nobody guesses this.'];
}

/** @param {{ label?: string, name?: string, isNew?: boolean, wrong?: string, hint?: string, isFirst?: boolean }} props */
export function PasswordField({ label = 'Password', name = 'password', isNew = false, wrong, hint, isFirst = false }) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  const [[level, words], setJudged] = useState(judge(''));
  /** @param {Event} event */
  const onInput = (event) => setJudged(judge(/** @type {HTMLInputElement} */ (event.target).value));
  const said = wrong ? `It ${wrong}.` : isNew ? words : hint;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <div class="account-secret">
      <input id=${id} name=${name} type=${isShown ? 'text' : 'password'} autocomplete=${isNew ? 'new-password' : 'current-password'} autocapitalize="none"
        data-first=${isFirst || undefined} spellcheck=${false} required maxlength="512" aria-describedby=${said ? `${id}-hint` : undefined} aria-invalid=${wrong ? 'true' : undefined} onInput=${isNew ? onInput : undefined} />
      <button type="button" class="quiet-button" aria-label=${`${isShown ? 'Hide' : 'Show'} ${label.toLowerCase()}`} onClick=${() => setShown(!isShown)}>${isShown ? 'Hide' : 'Show'}</button>
    </div>
    ${isNew && html`<div class=${`account-strength level-${level}`} aria-hidden="true">${[1, 2, 3, 4].map((step) => html`<span key=${step} class=${step <= level ? 'on' : ''}></span>`)}</div>`}
    ${said && html`<span class=${wrong ? 'wrong' : 'hint'} id=${`${id}-hint`} aria-live=${isNew ? 'polite' : undefined}>${said}</span>`}
  </div>`;
}

// Finding people by name or handle.

import { html, useEffect, useId, useState } from '../vendor/preact.js';
import { get, query } from '../base/api.js';
import { Avatar } from '../parts/avatar.js';
import { Icon } from '../parts/icon.js';
import { me } from './conversations.js';

/** How long it waits for the next letter, in milliseconds. */
const PAUSE = 200;

/** @param {{ label: string, chosen?: Set<string>, without?: Set<string>, action?: string, onChoose: (user: User) => void }} props
 * `chosen`: those who can be taken back; `action`: what pressing a name does, before the name */
export function Finding({ label, chosen, without = new Set(), action = '', onChoose }) {
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState(/** @type {User[] | null} */ (null));
  const [trouble, setTrouble] = useState('');
  const id = useId();
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get(query('/users', { q: typed.trim().replace(/^@/, ''), limit: 20 }), { signal: stop.signal }).then(
        ({ items }) => {
          setFound(items);
          setTrouble('');
        },
        (problem) => stop.signal.aborted || setTrouble(problem.message),
      );
    }, typed ? PAUSE : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [typed]);
  const shown = found?.filter((user) => user.id !== me() && !without.has(user.id));
  return html`<div class="chat-finding">
    <div class="field"><label for=${id}>${label}</label>
      <input id=${id} type="search" autocomplete="off" spellcheck=${false} placeholder="Name or handle" value=${typed} onInput=${(/** @type {Event} */ { target }) => setTyped(/** @type {HTMLInputElement} */ (target).value)} /></div>
    <p class="unseen" role="status">${shown && typed ? `${shown.length} found` : ''}</p>
    ${trouble && html`<p class="wrong">${trouble}</p>`}
    ${shown && shown.length === 0 && html`<p class="quiet">${typed ? 'Nobody is called that here.' : 'There is nobody else here yet.'}</p>`}
    <ul class="chat-people">${shown?.map((user) => html`<li key=${user.id}>
      <button type="button" class="chat-person" aria-pressed=${chosen ? chosen.has(user.id) : undefined} onClick=${() => onChoose(user)}>
        <${Avatar} user=${user} /><span class="chat-person-words">${action && html`<span class="unseen">${action} </span>`}<b><bdi>${user.name}</bdi></b><span class="quiet">@${user.handle}</span></span>
        ${chosen?.has(user.id) && html`<${Icon} name="check" />`}</button></li>`)}</ul>
  </div>`;
}

// The directory: everybody, or those whose name or handle begins with what is typed.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { query as withQuery } from '../base/api.js';
import { list } from '../base/list.js';
import { counted, useTitle } from '../base/page.js';
import { go, place } from '../base/router.js';
import { Icon } from '../parts/icon.js';
import { Empty, ListEnd, Skeleton, Wrong } from '../parts/states.js';
import { Person } from './person.js';

/** How long typing has to rest before the server is asked, in milliseconds. */
const REST = 220;

/** @param {{ q: string }} props */
function Search({ q }) {
  const [text, setText] = useState(q);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const asked = useRef(q);
  useEffect(() => {
    const wanted = text.trim().replace(/^@/, '');
    if (wanted === asked.current) return undefined;
    const timer = setTimeout(() => {
      asked.current = wanted;
      go(withQuery('/people', { q: wanted }), { replace: true });
    }, REST);
    return () => clearTimeout(timer);
  }, [text]);
  // A link, or the browser's own buttons, ask for somebody else.
  useEffect(() => {
    if (q === asked.current) return;
    asked.current = q;
    setText(q);
  }, [q]);
  const clear = () => {
    setText('');
    field.current?.focus();
  };
  /** @param {Event} event */
  const onInput = (event) => setText(/** @type {HTMLInputElement} */ (event.target).value);
  return html`<form class="people-search" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <${Icon} name="search" size=${18} />
    <input ref=${field} type="text" inputmode="search" enterkeyhint="search" aria-label="Search by name or handle" placeholder="Search by name or handle" autocomplete="off" autocapitalize="none"
      spellcheck=${false} maxlength="80" value=${text} onInput=${onInput} />
    ${text && html`<button type="button" class="quiet-button" aria-label="Clear the search" onClick=${clear}><${Icon} name="x" size=${18} /></button>`}
  </form>`;
}

/** @param {{ q: string }} props */
const Nobody = ({ q }) => html`<${Empty} icon="users" title=${q ? 'Nobody by that name' : 'Nobody here yet'}>
  <p>${q ? html`No name or handle begins with <bdi>“${q}”</bdi>.` : 'The first ones are about to come in.'}</p>
  ${q && html`<p><a class="button" href="/people">Show everybody</a></p>`}<//>`;

/** @param {{ query: URLSearchParams }} props */
export default function People({ query }) {
  useTitle('People');
  const q = query.get('q')?.replace(/^@/, '').trim() ?? '';
  /** @type {import('../base/list.js').List<User>} */
  const people = list(withQuery('/users', { q, limit: 30 }));
  const users = people.items.value;
  useEffect(() => {
    if (!users) people.more();
    // Somebody may have come meanwhile; who returns finds the page as it was.
    else if (!place.peek().isReturn) people.reload();
  }, [people]);
  const isNothing = users?.length === 0 && people.isDone.value;
  return html`<div class="head"><h1>People</h1></div>
    <${Search} q=${q} />
    <p class="unseen" role="status">${q && users ? (isNothing ? 'Nobody found' : `${counted(users.length, 'person', 'people')}${people.isDone.value ? '' : ' and more'}`) : ''}</p>
    ${!users && (people.problem.value ? html`<${Wrong} problem=${people.problem.value} onRetry=${people.reload} />`
      : html`<div class="people-list" aria-busy="true">${[1, 2, 3, 4, 5, 6].map((at) => html`<div class="people-card" key=${at}><${Skeleton} lines=${2} class="people-skeleton" /></div>`)}</div>`)}
    ${isNothing ? html`<${Nobody} q=${q} />` : users && html`<ul class="people-list">${users.map((user) => html`<${Person} key=${user.id} user=${user} />`)}</ul>
      <${ListEnd} list=${people} end=${q || users.length < 5 ? undefined : 'That is everybody.'} />`}`;
}

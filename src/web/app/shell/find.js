// Finding: a place to type what one looks for, and the ways there (the combobox pattern of the ARIA Authoring Practices Guide).

import { html, useEffect, useId, useRef, useState } from '../vendor/preact.js';
import { get, query } from '../base/api.js';
import { go } from '../base/router.js';
import { Avatar } from '../parts/avatar.js';
import { Dialog } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { waysTo } from './ways.js';

/** How long typing has to rest before the server is asked, in milliseconds. */
const REST = 180;

/** People whose name or handle begins with what is typed. @param {string} typed */
function usePeople(typed) {
  const [people, setPeople] = useState(/** @type {User[]} */ ([]));
  const q = typed.startsWith('#') ? '' : typed.replace(/^@/, '').trim();
  useEffect(() => {
    if (!q) {
      setPeople([]);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { items } = await get(query('/users', { q, limit: 6 }), { signal: stop.signal });
        if (!stop.signal.aborted) setPeople(items);
      } catch {
        // What is on this device is found without the server.
      }
    }, REST);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [q]);
  return people;
}

/** @param {User} user @returns {import('./ways.js').Way} */
const wayToPerson = (user) => ({ href: `/u/${user.handle}`, label: user.name, detail: `@${user.handle}`, user });

/** @param {{ onClose: () => void }} props */
export function Find({ onClose }) {
  const [typed, setTyped] = useState('');
  const [chosen, choose] = useState('');
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  const people = usePeople(typed.trim());
  const groups = waysTo(typed.trim()).toSpliced(1, 0, { title: 'People', ways: people.map(wayToPerson) }).filter(({ ways }) => ways.length);
  const ways = groups.flatMap(({ ways }) => ways);
  // People come a moment later than the rest: what was chosen stays so.
  const at = Math.max(ways.findIndex(({ href }) => href === chosen), 0);
  /** @param {number} index */
  const chooseAt = (index) => choose(ways.at(index % ways.length)?.href ?? '');

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, ways.length]);

  /** @param {import('./ways.js').Way | undefined} way */
  const follow = (way) => {
    if (!way) return;
    onClose();
    if (way.isElsewhere) location.assign(way.href);
    else go(way.href);
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    /** @type {Record<string, () => void>} */
    const moves = {
      ArrowDown: () => chooseAt(at + 1),
      ArrowUp: () => chooseAt(at - 1),
      Enter: () => follow(ways[at]),
    };
    const move = moves[event.key];
    if (!move || event.isComposing || !ways.length) return;
    event.preventDefault();
    move();
  };
  /** @param {Event} event */
  const onInput = (event) => {
    setTyped(/** @type {HTMLInputElement} */ (event.target).value);
    choose('');
  };
  /** @param {import('./ways.js').Way} way */
  const option = (way) => {
    const index = ways.indexOf(way);
    return html`<div role="option" key=${way.href} id=${`${id}-${index}`} class="find-way" aria-selected=${index === at ? 'true' : 'false'}
        onPointerMove=${() => index !== at && chooseAt(index)} onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()} onClick=${() => follow(way)}>
      ${way.user ? html`<${Avatar} user=${way.user} size="s" />` : html`<span class="find-icon"><${Icon} name=${way.icon ?? 'chevron-right'} size=${18} /></span>`}
      <span class="find-label"><bdi>${way.label}</bdi></span>${way.detail && html`<span class="quiet">${way.detail}</span>`}</div>`;
  };
  return html`<${Dialog} title="Find" onClose=${onClose}>
    <div class="find-field"><${Icon} name="search" size=${20} />
      <input type="text" role="combobox" data-first inputmode="search" enterkeyhint="go" autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="80"
        aria-label="Find people, categories, tags and pages" placeholder="People, categories, #tags, pages" aria-autocomplete="list" aria-expanded=${ways.length > 0} aria-controls=${ways.length ? `${id}-list` : undefined}
        aria-activedescendant=${ways.length ? `${id}-${at}` : undefined} value=${typed} onInput=${onInput} onKeyDown=${onKeyDown} /></div>
    ${ways.length > 0 && html`<div class="find-list" role="listbox" id=${`${id}-list`} aria-label="Found" ref=${list}>
      ${groups.map(({ title, ways }) => html`<div role="group" key=${title} aria-label=${title}><div class="side-title" aria-hidden="true">${title}</div>${ways.map(option)}</div>`)}</div>`}
    <p class="find-note" role="status">${ways.length ? html`<span class="unseen">${ways.length} found</span>` : typed.trim() && html`Nothing is called “<bdi>${typed.trim()}</bdi>” here.`}</p>
  <//>`;
}

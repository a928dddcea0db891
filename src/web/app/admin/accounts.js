// Who is here, what they may do, and who is kept out.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { put, query } from '../base/api.js';
import { list } from '../base/list.js';
import { counted } from '../base/page.js';
import { place } from '../base/router.js';
import { account, setAccount } from '../base/session.js';
import { Time } from '../base/time.js';
import { Avatar } from '../parts/avatar.js';
import { Confirm } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { Empty, ListEnd, Skeleton, Wrong } from '../parts/states.js';
import { complain, say } from '../parts/toast.js';
import { RoleBadge } from '../people/person.js';
import { banned, loadBans, setBanned } from '../people/standing.js';
import { PersonSessions } from './person_sessions.js';

/** How long typing has to rest before the server is asked, in milliseconds. */
const REST = 220;

/** @type {Record<Role, { title: string, words: string, done: string }>} */
const ROLES = {
  member: { title: 'Make a member', words: 'They write and talk like everybody else, and look after nothing.', done: 'is a member now' },
  moderator: { title: 'Make a moderator', words: 'They may delete posts and comments of others, and ban members.', done: 'is a moderator now' },
  admin: { title: 'Make an admin', words: 'They may do all that you may: see this part, change roles, make backups, and take away your role as well.', done: 'is an admin now' },
};

/** @typedef {{ what: 'role', role: Role } | { what: 'ban' } | { what: 'sessions' }} Wish */

/** @param {{ user: User, wish: Wish, onRole: (role: Role) => void, onClose: () => void }} props */
function Asked({ user, wish, onRole, onClose }) {
  if (wish.what === 'sessions') return html`<${PersonSessions} user=${user} onClose=${onClose} />`;
  if (wish.what === 'ban') {
    return html`<${Confirm} title=${`Ban ${user.name}?`} action="Ban" isDangerous onConfirm=${() => setBanned(user, true)} onClose=${onClose}>
      <p><bdi>${user.name}</bdi> is signed out everywhere at once, and cannot log in until the ban is lifted. What they wrote stays.</p><//>`;
  }
  const { title, words } = ROLES[wish.role];
  const isSelf = user.id === account.value?.id;
  return html`<${Confirm} title=${`${title}?`} action=${title} isDangerous=${isSelf} onConfirm=${() => onRole(wish.role)} onClose=${onClose}>
    <p>${isSelf ? 'This is you: you will not see this part any more, until another admin changes it back.' : html`<bdi>${user.name}</bdi>: ${words.charAt(0).toLowerCase() + words.slice(1)}`}</p><//>`;
}

/** @param {{ user: User, onChange: (user: User) => void }} props */
function Row({ user, onChange }) {
  const [wish, want] = useState(/** @type {Wish | null} */ (null));
  const isOut = banned.value?.has(user.id);
  const isSelf = user.id === account.value?.id;
  /** @param {Role} role */
  const setRole = async (role) => {
    try {
      const next = await put(`/users/${user.id}/role`, { role });
      onChange(next);
      if (isSelf && account.value) setAccount({ ...account.value, role });
      say(`${user.name} ${ROLES[role].done}.`);
    } catch (/** @type {any} */ problem) {
      if (problem?.code === 'last_admin') say(`${user.name} is the only admin who can log in. Make somebody else one first.`, { kind: 'problem' });
      else complain(problem);
    }
  };
  /** @type {Role[]} */
  const roles = ['member', 'moderator', 'admin'];
  const items = [
    ...roles.filter((role) => role !== user.role).map((role) => ({ label: ROLES[role].title, icon: role === 'member' ? 'user' : 'shield', run: () => want({ what: 'role', role }) })),
    { label: 'Sessions', icon: 'monitor', run: () => want({ what: 'sessions' }) },
    !isSelf && isOut !== true && { label: 'Ban', icon: 'ban', isDangerous: true, run: () => want({ what: 'ban' }) },
    !isSelf && isOut !== false && { label: 'Lift the ban', icon: 'check', run: () => void setBanned(user, false) },
  ];
  return html`<li class="admin-row">
    <${Avatar} user=${user} />
    <div class="admin-row-words"><p class="admin-name"><a href=${`/u/${user.handle}`}><bdi>${user.name}</bdi></a> <${RoleBadge} role=${user.role} />
        ${isOut && html`<span class="people-role out"><${Icon} name="ban" size=${14} />Banned</span>`}${isSelf && html`<span class="chip here">You</span>`}</p>
      <p class="quiet">@${user.handle} · joined <${Time} at=${user.created_at} /></p></div>
    <${Menu} label=${`Change ${user.name}, @${user.handle}`} items=${items} />
    ${wish && html`<${Asked} user=${user} wish=${wish} onRole=${setRole} onClose=${() => want(null)} />`}
  </li>`;
}

/** Those who are kept out. */
function Banned() {
  /** @type {import('../base/list.js').List<any>} */
  const bans = list('/bans?limit=50');
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => void bans.reload(), []);
  const shown = bans.items.value?.filter(({ user }) => banned.value?.has(user.id) ?? true);
  /** @param {UserSummary} user */
  const lift = async (user) => {
    if (await setBanned(user, false)) title.current?.focus();
  };
  if (!shown) return bans.problem.value ? html`<${Wrong} problem=${bans.problem.value} onRetry=${bans.reload} />` : html`<${Skeleton} lines=${4} />`;
  return html`<h2 class="unseen" ref=${title} tabindex="-1">Banned</h2>
    ${!shown.length ? html`<${Empty} icon="sparkles" title="Nobody is banned"><p>May it stay that way.</p><//>`
      : html`<ul class="panel admin-rows">${shown.map(({ user, since }) => html`<li class="admin-row" key=${user.id}><${Avatar} user=${user} />
          <div class="admin-row-words"><p class="admin-name"><a href=${`/u/${user.handle}`}><bdi>${user.name}</bdi></a></p><p class="quiet">@${user.handle} · banned <${Time} at=${since} /></p></div>
          <button class="button small" aria-label=${`Lift the ban of ${user.name}`} onClick=${() => lift(user)}>Lift the ban</button></li>`)}</ul>
        <${ListEnd} list=${bans} />`}`;
}

function Everybody() {
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.replace(/^@/, '').trim()), REST);
    return () => clearTimeout(timer);
  }, [typed]);
  /** @type {import('../base/list.js').List<User>} */
  const people = list(query('/users', { q, limit: 50 }));
  const users = people.items.value;
  useEffect(() => void people.reload(), [people]);
  /** @param {Event} event */
  const onInput = (event) => setTyped(/** @type {HTMLInputElement} */ (event.target).value);
  return html`<form class="admin-search" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}><${Icon} name="search" size=${18} />
      <input type="text" inputmode="search" enterkeyhint="search" aria-label="Search accounts by name or handle" placeholder="Search by name or handle" autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="80" onInput=${onInput} /></form>
    <p class="unseen" role="status">${q && users ? `${counted(users.length, 'account')}${people.isDone.value ? '' : ' and more'}` : ''}</p>
    ${!users && (people.problem.value ? html`<${Wrong} problem=${people.problem.value} onRetry=${people.reload} />` : html`<${Skeleton} lines=${6} />`)}
    ${users && users.length === 0 && people.isDone.value && html`<${Empty} icon="users" title="Nobody by that name"><p>No name or handle begins with <bdi>“${q}”</bdi>.</p><//>`}
    ${users && users.length > 0 && html`<ul class="panel admin-rows">${users.map((user) => html`<${Row} key=${user.id} user=${user} onChange=${(/** @type {User} */ next) => people.change(user.id, () => next)} />`)}</ul>
      <${ListEnd} list=${people} />`}`;
}

export default function Accounts() {
  const isBanned = place.value.query.get('show') === 'banned';
  useEffect(() => void loadBans(), []);
  return html`<nav class="segments admin-segments" aria-label="Which accounts">
      <a href="/admin/accounts" aria-current=${isBanned ? undefined : 'true'}><${Icon} name="users" size=${16} />Everybody</a>
      <a href="/admin/accounts?show=banned" aria-current=${isBanned ? 'true' : undefined}><${Icon} name="ban" size=${16} />Banned${banned.value?.size ? html` <span class="count">${banned.value.size}</span>` : ''}</a></nav>
    ${isBanned ? html`<${Banned} />` : html`<${Everybody} />`}`;
}

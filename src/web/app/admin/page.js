// Looking after the community: for admins alone. Each section is a module of its own, loaded when it is asked for.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { useTitle } from '../base/page.js';
import { isAdmin } from '../base/session.js';
import { Icon } from '../parts/icon.js';
import { Empty, Skeleton } from '../parts/states.js';
import { style } from '../shell/outlet.js';

/** @type {{ id: string, label: string, icon: string, load: () => Promise<{ default: () => any }> }[]} */
const SECTIONS = [
  { id: '', label: 'Dashboard', icon: 'gauge', load: () => import('./dashboard.js') },
  { id: 'accounts', label: 'Accounts', icon: 'users', load: () => import('./accounts.js') },
  { id: 'categories', label: 'Categories', icon: 'hash', load: () => import('./categories.js') },
  { id: 'invites', label: 'Invites', icon: 'ticket', load: () => import('./invites.js') },
  { id: 'backups', label: 'Backups', icon: 'hard-drive', load: () => import('./backups.js') },
];

const ForAdmins = () => html`<h1 class="unseen">Admin</h1><${Empty} icon="lock" title="This part is for admins">
  <p>Whoever runs this community looks after it here. You are not missing anything that is yours.</p><p><a class="button primary" href="/">Go to the feed</a></p><//>`;

const Outdated = () => html`<${Empty} icon="refresh-cw" title="This section could not be loaded"><p><button class="button primary" onClick=${() => location.reload()}>Load it again</button></p><//>`;
const Unknown = () => html`<${Empty} icon="gauge" title="There is no such section"><p><a class="button" href="/admin">Go to the dashboard</a></p><//>`;

/** @param {{ section?: string }} props */
export default function Admin({ section = '' }) {
  const found = SECTIONS.find(({ id }) => id === section);
  useTitle(found ? `${found.label} · Admin` : 'Admin');
  const [shown, setShown] = useState(/** @type {{ id: string, Section: () => any } | null} */ (null));
  const nav = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    let isCurrent = true;
    const load = async () => {
      if (!found || !isAdmin()) return;
      // Badges and sessions look here as they do there.
      const [module] = await Promise.all([found.load(), style('people/people.css'), style('account/account.css')]);
      if (isCurrent) setShown({ id: section, Section: module.default });
    };
    load().catch(() => isCurrent && setShown({ id: section, Section: Outdated }));
    return () => {
      isCurrent = false;
    };
  }, [section]);
  // Where there is little room, the chosen one may be out of sight.
  useEffect(() => {
    const chosen = nav.current?.querySelector('[aria-current]');
    if (nav.current && chosen instanceof HTMLElement) nav.current.scrollLeft = chosen.offsetLeft - (nav.current.clientWidth - chosen.offsetWidth) / 2;
  }, [section]);
  if (!isAdmin()) return html`<${ForAdmins} />`;
  return html`<div class="full admin">
    <nav class="admin-sections" aria-label="Admin" ref=${nav}>${SECTIONS.map(({ id, label, icon }) => html`<a key=${id} href=${id ? `/admin/${id}` : '/admin'}
      aria-current=${id === section ? 'page' : undefined}><${Icon} name=${icon} size=${18} />${label}</a>`)}</nav>
    <h1>${found?.label ?? 'Admin'}</h1>
    ${!found ? html`<${Unknown} />` : shown?.id === section ? html`<${shown.Section} />` : html`<${Skeleton} lines=${6} />`}
  </div>`;
}

// Shows the page of the present address: loads its module, moves the focus, and finds the place where it was left.

import { html, useEffect, useErrorBoundary, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { useTitle } from '../base/page.js';
import { go, match, place, rememberedScroll } from '../base/router.js';
import { comeTo } from '../base/scroll.js';
import { who } from '../base/session.js';
import { session } from '../base/storage.js';
import { Empty, Skeleton } from '../parts/states.js';
import { PAGES } from './pages.js';

/** @typedef {{ Show: (props: any) => any, parameters: Record<string, string>, key: string }} Found */
/** @typedef {Found & { path: string, query: URLSearchParams, visit: number, reader: string }} Shown `visit` and `reader`: for which it was found */

/** Style sheets that are there. @type {Map<string, Promise<void>>} */
const styles = new Map();

/** Loads a style sheet. @param {string} path below this app's folder */
export function style(path) {
  const known = styles.get(path);
  if (known) return known;
  const loading = new Promise((loaded) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL(`../${path}`, import.meta.url).href;
    link.onload = link.onerror = () => loaded(undefined);
    document.head.append(link);
  });
  styles.set(path, loading);
  return loading;
}

function Nowhere() {
  useTitle('Nothing here');
  return html`<h1 class="unseen">Nothing here</h1><${Empty} icon="flame" title="There is nothing here"><p>The address may be wrong, or what was here is gone.</p><p><a class="button" href="/">Go to the feed</a></p><//>`;
}

/** @param {{ title: string, children: any }} props */
function LoadAgain({ title, children }) {
  useTitle(title);
  return html`<h1 class="unseen">${title}</h1><${Empty} icon="refresh-cw" title=${title}>
    <p>${children}</p><p><button class="button primary" onClick=${() => location.reload()}>Load it again</button></p><//>`;
}

const Outdated = () => html`<${LoadAgain} title="This page could not be loaded">The connection broke off, or the community has a newer version by now.<//>`;

/** A page, or a word to whoever is on it where it fails, rather than nothing at all; until one goes elsewhere.
 * @param {{ visit: number, children: any }} props */
function Guarded({ visit, children }) {
  const [failure, reset] = useErrorBoundary((error) => console.error(error));
  useLayoutEffect(() => {
    if (failure) reset();
  }, [visit]);
  return failure ? html`<${LoadAgain} title="This page cannot be shown">Something on it went wrong. The rest of the community is there as ever.<//>` : children;
}

/** When the document was last loaded anew for its modules, in milliseconds. */
const RELOADED = 'hearth.reloaded';

/** What to do without a page's module: where the server is there, the community probably has a newer version, whose document
 * names the modules that it has. Once in a while, so that what fails for another reason is said. @returns {Promise<Found>} */
async function withoutModule() {
  const isThere = await fetch('/healthz').then((answer) => answer.ok, () => false);
  if (isThere && Date.now() - Number(session.get(RELOADED)) > 60_000) {
    session.set(RELOADED, String(Date.now()));
    location.reload();
  }
  return { Show: Outdated, parameters: {}, key: 'outdated' };
}

/** @param {string} path @returns {Promise<Found>} */
async function find(path) {
  for (const page of PAGES) {
    const parameters = match(page.pattern, path);
    if (!parameters) continue;
    if (page.isForMembers && !who.peek()) {
      const { default: Show } = await import('../account/login.js');
      await style('account/account.css');
      return { Show, parameters: { next: path }, key: 'login' };
    }
    const [module] = await Promise.all([page.load(), page.style && style(page.style)]);
    return { Show: module.default, parameters, key: page.key ?? page.pattern };
  }
  return { Show: Nowhere, parameters: {}, key: path };
}

/** Moves the focus to a page that has just come. @param {boolean} isSamePage */
function moveFocus(isSamePage) {
  const main = document.getElementById('main');
  const focused = document.activeElement;
  // Whoever wrote the page may have chosen a better place.
  if (main?.contains(focused) && focused !== main) return;
  // Who chooses several categories, one after the other, stays among them.
  if (isSamePage && focused?.closest('#side')?.checkVisibility()) return;
  main?.focus({ preventScroll: true });
}

export function Outlet() {
  const { path, query, visit, isReturn } = place.value;
  const [shown, setShown] = useState(/** @type {Shown | null} */ (null));
  const before = useRef('');
  const reader = who.value;

  useEffect(() => {
    let isCurrent = true;
    find(path)
      .catch(withoutModule)
      .then((found) => isCurrent && setShown({ ...found, path, query, visit, reader }));
    return () => {
      isCurrent = false;
    };
  }, [path, visit, reader]);

  // The new page is there, with what is kept of it: the place where it was left can be found before anything is painted.
  useLayoutEffect(() => {
    if (!shown) return undefined;
    const isFirst = !before.current;
    const isSamePage = before.current === shown.path;
    before.current = shown.path;
    if (!isFirst) moveFocus(isSamePage);
    return comeTo(isReturn ? rememberedScroll() : 0);
  }, [shown?.visit, shown?.key]);

  // What a page of members asks for is refused to whoever is one no longer.
  if (!shown || shown.reader !== reader) return html`<${Skeleton} lines=${6} />`;
  const { Show, parameters, key } = shown;
  // Until the new page is there, the old one keeps its own query.
  return html`<${Guarded} key=${key + reader} visit=${shown.visit}><${Show} ...${parameters} query=${path === shown.path ? query : shown.query} visit=${shown.visit} /><//>`;
}

/** Goes to the page where one logs in, and comes back to the present one afterwards. */
export const askToLogIn = () => go(`/login?next=${encodeURIComponent(place.peek().path + location.search)}`);

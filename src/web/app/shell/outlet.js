// Shows the page of the present address: loads its module, moves the focus, and finds the place where it was left.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { go, match, place, rememberedScroll } from '../base/router.js';
import { account } from '../base/session.js';
import { Empty, Skeleton } from '../parts/states.js';
import { PAGES } from './pages.js';

/** @typedef {{ Show: (props: any) => any, parameters: Record<string, string>, key: string }} Shown */

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

const Nowhere = () => html`<h1 class="unseen">Nothing here</h1><${Empty} icon="flame" title="There is nothing here"><p>The address may be wrong, or what was here is gone.</p><p><a class="button" href="/">Go to the feed</a></p><//>`;
const Outdated = () => html`<h1 class="unseen">Not loaded</h1><${Empty} icon="refresh-cw" title="This page could not be loaded">
  <p>The connection broke off, or the community has a newer version by now.</p><p><button class="button primary" onClick=${() => location.reload()}>Load it again</button></p><//>`;

/** When the document was last loaded anew for its modules, in milliseconds. */
const RELOADED = 'hearth.reloaded';

/** What to do without a page's module: where the server is there, the community probably has a newer version, whose document
 * names the modules that it has. Once in a while, so that what fails for another reason is said. @returns {Promise<Shown>} */
async function withoutModule() {
  const isThere = await fetch('/healthz').then((answer) => answer.ok, () => false);
  if (isThere && Date.now() - Number(sessionStorage.getItem(RELOADED)) > 60_000) {
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
  }
  return { Show: Outdated, parameters: {}, key: 'outdated' };
}

/** @param {string} path @returns {Promise<Shown>} */
async function find(path) {
  for (const page of PAGES) {
    const parameters = match(page.pattern, path);
    if (!parameters) continue;
    if (page.isForMembers && !account.peek()) {
      const { default: Show } = await import('../account/login.js');
      await style('account/account.css');
      return { Show, parameters: { next: path }, key: 'login' };
    }
    const [module] = await Promise.all([page.load(), page.style && style(page.style)]);
    return { Show: module.default, parameters, key: page.key ?? page.pattern };
  }
  return { Show: Nowhere, parameters: {}, key: path };
}

export function Outlet() {
  const { path, key: entry, isReturn } = place.value;
  const [shown, setShown] = useState(/** @type {Shown & { entry: number } | null} */ (null));
  const isFirst = useRef(true);
  const who = account.value?.id;

  useEffect(() => {
    let isCurrent = true;
    find(path)
      .catch(withoutModule)
      .then((found) => isCurrent && setShown({ ...found, entry }));
    return () => {
      isCurrent = false;
    };
  }, [path, entry, who]);

  // The new page is there, with what is kept of it: the place where it was left can be found before anything is painted.
  useLayoutEffect(() => {
    if (!shown) return;
    scrollTo(0, isReturn ? rememberedScroll() : 0);
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const main = document.getElementById('main');
    // Whoever wrote the page may have chosen a better place.
    if (main?.contains(document.activeElement) && document.activeElement !== main) return;
    main?.focus({ preventScroll: true });
  }, [shown?.entry, shown?.key]);

  if (!shown) return html`<${Skeleton} lines=${6} />`;
  const { Show, parameters, key } = shown;
  return html`<${Show} key=${key + who} ...${parameters} query=${place.value.query} />`;
}

/** Goes to the page where one logs in, and comes back to the present one afterwards. */
export const askToLogIn = () => go(`/login?next=${encodeURIComponent(place.peek().path + location.search)}`);

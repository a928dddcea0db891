// Where one is: the address as a signal, and going elsewhere without loading the page anew. Each entry of the history
// keeps its place on the page.

import { signal } from '../vendor/preact.js';
import { session } from './storage.js';

/** @typedef {{ path: string, query: URLSearchParams, hash: string, key: number, visit: number, isReturn: boolean }} Place
 * `key`: the entry of the history; `visit`: another number whenever one goes somewhere, also to where one is */

/** @param {boolean} isReturn @param {number} visit @returns {Place} */
function here(isReturn, visit) {
  const key = Number(history.state?.key) || 0;
  return { path: location.pathname, query: new URLSearchParams(location.search), hash: location.hash, key, visit, isReturn };
}

/** Whether the browser loads a page anew that was there before: the reload button, or coming back from another site. An address
 * that names a place on the page leads there each time. */
function isLoadedAgain() {
  if (location.hash) return false;
  const [entry] = performance.getEntriesByType('navigation');
  return entry instanceof PerformanceNavigationTiming && (entry.type === 'reload' || entry.type === 'back_forward');
}

/** The present place. */
export const place = signal(here(isLoadedAgain(), 0));

/** Where each entry of the history stood, in pixels from the top. @type {Map<number, number>} */
const scrolled = new Map(Object.entries(JSON.parse(session.get('hearth.scrolled') ?? '{}')).map(([key, y]) => [Number(key), Number(y)]));

const remember = () => scrolled.set(place.peek().key, scrollY);

addEventListener('pagehide', () => {
  remember();
  session.set('hearth.scrolled', JSON.stringify(Object.fromEntries([...scrolled].slice(-50))));
});

/** Where the present place stood when it was left; the top where it is new. */
export const rememberedScroll = () => scrolled.get(place.peek().key) ?? 0;

/** Goes to an address of this app. @param {string} href @param {{ replace?: boolean }} [options] */
export function go(href, { replace = false } = {}) {
  remember();
  const before = place.peek();
  const key = before.key + (replace ? 0 : 1);
  const isSame = new URL(href, location.href).href === location.href;
  history[replace ? 'replaceState' : 'pushState']({ key }, '', href);
  if (!replace) scrolled.delete(key);
  // A page that changes its own query, as a search does while somebody types, stays where it is.
  const isChange = replace && !isSame && location.pathname === before.path;
  place.value = here(false, before.visit + (isChange ? 0 : 1));
}

/** Whether the page at `href`, or one below it, is shown. @param {string} href */
export const isAt = (href) => place.value.path === href || (href !== '/' && place.value.path.startsWith(`${href}/`));

/** Goes back where somebody came from within this app, or else to `fallback`. @param {string} [fallback] */
export function back(fallback = '/') {
  if (place.peek().key > 0) history.back();
  else go(fallback, { replace: true });
}

/** Whether a click on `anchor` is this app's to handle. @param {MouseEvent} event @param {HTMLAnchorElement} anchor */
function isOurs(event, anchor) {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const isApp = anchor.origin === location.origin && !/^\/(api|docs|assets|metrics|healthz|readyz)\b/.test(anchor.pathname);
  return isPlain && isApp && !anchor.target && !anchor.hasAttribute('download') && !event.defaultPrevented;
}

/** Starts to listen to links and to the browser's own buttons. */
export function listen() {
  history.scrollRestoration = 'manual';
  document.addEventListener('click', (event) => {
    const anchor = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(anchor instanceof HTMLAnchorElement) || !isOurs(event, anchor)) return;
    const isSamePage = anchor.pathname === location.pathname && anchor.search === location.search && anchor.hash;
    if (isSamePage) return;
    event.preventDefault();
    go(anchor.href, { replace: anchor.href === location.href });
  });
  addEventListener('popstate', () => {
    const { path, query, key, visit } = place.peek();
    if (history.state === null && location.pathname === path && location.search.slice(1) === query.toString()) {
      // A link to a place on this page: the browser went there by itself, and the page stays.
      history.replaceState({ key }, '');
      place.value = here(false, visit);
      return;
    }
    // By now the address is the new one, and the page still the old one.
    remember();
    place.value = here(true, visit + 1);
  });
  addEventListener('hashchange', () => {
    const { isReturn, visit } = place.peek();
    place.value = here(isReturn, visit);
  });
}

/** What `pattern`, such as `/posts/:id`, finds in `path`; null where it does not fit.
 * @param {string} pattern @param {string} path @returns {Record<string, string> | null} */
export function match(pattern, path) {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return null;
  /** @type {Record<string, string>} */
  const found = {};
  for (const [at, part] of wanted.entries()) {
    if (part.startsWith(':') && given[at]) {
      try {
        found[part.slice(1)] = decodeURIComponent(given[at]);
      } catch {
        return null;
      }
    } else if (part !== given[at]) return null;
  }
  return found;
}

// Where one is: the address as a signal, and going elsewhere without loading the page anew. Each entry of the history
// keeps its place on the page.

import { signal } from '../vendor/preact.js';

/** @typedef {{ path: string, query: URLSearchParams, hash: string, key: number, isReturn: boolean }} Place */

/** @param {boolean} isReturn @returns {Place} */
function here(isReturn) {
  const key = Number(history.state?.key) || 0;
  return { path: location.pathname, query: new URLSearchParams(location.search), hash: location.hash, key, isReturn };
}

/** The present place. */
export const place = signal(here(false));

/** Where each entry of the history stood, in pixels from the top. @type {Map<number, number>} */
const scrolled = new Map(Object.entries(JSON.parse(sessionStorage.getItem('hearth.scrolled') ?? '{}')).map(([key, y]) => [Number(key), Number(y)]));

const remember = () => scrolled.set(place.peek().key, scrollY);

addEventListener('pagehide', () => {
  remember();
  sessionStorage.setItem('hearth.scrolled', JSON.stringify(Object.fromEntries([...scrolled].slice(-50))));
});

/** Where the present place stood when it was left; the top where it is new. */
export const rememberedScroll = () => scrolled.get(place.peek().key) ?? 0;

/** Goes to an address of this app. @param {string} href @param {{ replace?: boolean }} [options] */
export function go(href, { replace = false } = {}) {
  remember();
  const key = place.peek().key + (replace ? 0 : 1);
  history[replace ? 'replaceState' : 'pushState']({ key }, '', href);
  if (!replace) scrolled.delete(key);
  place.value = here(false);
}

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
    const { path, query, key } = place.peek();
    if (history.state === null && location.pathname === path && location.search.slice(1) === query.toString()) {
      // A link to a place on this page: the browser went there by itself, and the page stays.
      history.replaceState({ key }, '');
      place.value = here(false);
      return;
    }
    // By now the address is the new one, and the page still the old one.
    remember();
    place.value = here(true);
  });
  addEventListener('hashchange', () => {
    place.value = here(place.peek().isReturn);
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

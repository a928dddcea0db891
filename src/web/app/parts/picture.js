// Pictures of the server's. Those that not everybody may see need a token, which an address must not carry: they are
// fetched, and shown from memory.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { send } from '../base/api.js';

/** Whether pictures of posts and people need a token: the document says so. */
const areAllPrivate = document.documentElement.hasAttribute('data-members-only');

/** How far below what is seen pictures are loaded once somebody scrolls, in pixels. Until then only those that are seen are:
 * they are most of what a first visit weighs, and browsers left alone load those of thousands of pixels away. */
const AHEAD = 1000;

/** What is told once that it came near. @type {Map<Element, () => void>} */
const waiting = new Map();

/** @param {number} ahead */
function watch(ahead) {
  const watching = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) waiting.get(target)?.();
  }, { rootMargin: `${ahead}px` });
  waiting.forEach((_, element) => watching.observe(element));
  return watching;
}

let watcher = watch(0);
addEventListener('scroll', () => {
  watcher.disconnect();
  watcher = watch(AHEAD);
}, { once: true, passive: true });

/** Whether an element came near what is seen, and the mark to put on it. @param {boolean} isAtOnce whether that is known of it */
function useNear(isAtOnce) {
  const [isNear, setNear] = useState(isAtOnce);
  const element = useRef(/** @type {Element | null} */ (null));
  useEffect(() => {
    const watched = element.current;
    if (!watched || isNear) return undefined;
    waiting.set(watched, () => setNear(true));
    watcher.observe(watched);
    return () => {
      waiting.delete(watched);
      watcher.unobserve(watched);
    };
  }, [isNear]);
  return { isNear, element };
}

/** @param {{ src: string, alt: string, width?: number, height?: number, isPrivate?: boolean, isAtOnce?: boolean, class?: string }} props */
export function Picture({ src, alt, width, height, isPrivate = areAllPrivate, isAtOnce = false, class: className }) {
  const { isNear, element } = useNear(isAtOnce);
  const [isMissing, setMissing] = useState(false);
  const [isBroken, setBroken] = useState(false);
  // An element does not tell why it shows nothing: whoever fetches it learns that.
  const isFetched = isPrivate || isMissing;
  const url = useFetched(isFetched && isNear ? src : null);
  if (isBroken || url === '') return html`<span class=${`picture-gone ${className ?? ''}`} role="img" aria-label=${alt || 'Picture'}>This picture is not there any more</span>`;
  const shown = isFetched ? url : isNear ? src : null;
  if (!shown) return html`<${Place} mark=${element} width=${width} height=${height} alt=${alt} class=${className} />`;
  return html`<img class=${className} src=${shown} alt=${alt} width=${width} height=${height} decoding="async" onError=${() => (isFetched ? setBroken(true) : setMissing(true))} />`;
}

/** What stands where a picture will be, as large as that. @param {{ mark: any, width?: number, height?: number, alt: string, class?: string }} props */
const Place = ({ mark, width = 1, height = 1, alt, class: className }) => html`<svg ref=${mark} class=${`picture-place ${className ?? ''}`}
  width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role=${alt ? 'img' : undefined} aria-label=${alt || undefined} aria-hidden=${alt ? undefined : 'true'} />`;

/** What the server says of a picture that is not there, or not for whoever asks. */
const GONE = [401, 403, 404, 410];

/** The first pause before a picture is asked for again, and the longest, in milliseconds. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60_000;

/** The address of a picture once it is fetched; null while it is not, empty where it is gone.
 * @param {string | null} src */
export function useFetched(src) {
  const [url, setUrl] = useState(/** @type {string | null} */ (null));
  useEffect(() => {
    if (!src) return undefined;
    const stop = new AbortController();
    let made = '';
    let pause = FIRST_PAUSE;
    let timer = 0;
    const ask = async () => {
      timer = 0;
      let least = 0;
      try {
        const answer = await send(src, { signal: stop.signal });
        if (GONE.includes(answer.status)) return setUrl('');
        const bytes = answer.ok ? await answer.blob() : null;
        if (bytes && !stop.signal.aborted) {
          made = URL.createObjectURL(bytes);
          return setUrl(made);
        }
        least = (Number(answer.headers.get('retry-after')) || 0) * 1000;
      } catch {
        // Nothing came: it is asked for again, too.
      }
      if (stop.signal.aborted) return undefined;
      timer = setTimeout(ask, Math.max(pause * (0.5 + Math.random() / 2), least));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      return undefined;
    };
    const onOnline = () => {
      clearTimeout(timer);
      if (timer) ask();
    };
    ask();
    addEventListener('online', onOnline);
    return () => {
      removeEventListener('online', onOnline);
      clearTimeout(timer);
      stop.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [src]);
  return url;
}

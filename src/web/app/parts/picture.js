// Pictures of the server's. Those that not everybody may see need a token, which an address must not carry: they are
// fetched, and shown from memory.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { send } from '../base/api.js';

/** Whether pictures of posts and people need a token: the document says so. */
const areAllPrivate = document.documentElement.hasAttribute('data-members-only');

/** How far from what is seen a picture may be to be loaded, in pixels. What browsers call lazy is thousands of pixels away. */
const NEAR = 300;

/** What is told once that it came near. @type {WeakMap<Element, () => void>} */
const waiting = new WeakMap();

const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    waiting.get(target)?.();
  }
}, { rootMargin: `${NEAR}px` });

/** Whether an element came near what is seen, and the mark to put on it. */
function useNear() {
  const [isNear, setNear] = useState(false);
  const element = useRef(/** @type {Element | null} */ (null));
  useEffect(() => {
    const watched = element.current;
    if (!watched || isNear) return undefined;
    waiting.set(watched, () => setNear(true));
    watcher.observe(watched);
    return () => watcher.unobserve(watched);
  }, [isNear]);
  return { isNear, element };
}

/** @param {{ src: string, alt: string, width?: number, height?: number, isPrivate?: boolean, class?: string }} props */
export function Picture({ src, alt, width, height, isPrivate = areAllPrivate, class: className }) {
  const { isNear, element } = useNear();
  const url = useFetched(isPrivate && isNear ? src : null);
  const [isBroken, setBroken] = useState(false);
  if (isBroken || url === '') return html`<span class=${`picture-gone ${className ?? ''}`} role="img" aria-label=${alt || 'Picture'}>This picture is not there any more</span>`;
  const shown = isPrivate ? url : isNear ? src : null;
  return html`<img ref=${element} class=${className} src=${shown ?? undefined} alt=${alt} width=${width} height=${height} decoding="async"
    onError=${() => shown && setBroken(true)} />`;
}

/** The address of a private picture once it is fetched; null while it is not, empty where it cannot be had.
 * @param {string | null} src */
export function useFetched(src) {
  const [url, setUrl] = useState(/** @type {string | null} */ (null));
  useEffect(() => {
    if (!src) return undefined;
    const stop = new AbortController();
    let made = '';
    send(src, { signal: stop.signal })
      .then(async (answer) => {
        made = answer.ok ? URL.createObjectURL(await answer.blob()) : '';
        setUrl(made);
      })
      .catch(() => stop.signal.aborted || setUrl(''));
    return () => {
      stop.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [src]);
  return url;
}

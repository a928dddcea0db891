// Pictures of the server's. Those that not everybody may see need a token, which an address must not carry: they are
// fetched, and shown from memory.

import { html, useEffect, useState } from '../vendor/preact.js';
import { send } from '../base/api.js';

/** Whether pictures of posts and people need a token: the document says so. */
const areAllPrivate = document.documentElement.hasAttribute('data-members-only');

/** @param {{ src: string, alt: string, width?: number, height?: number, isPrivate?: boolean, class?: string }} props */
export function Picture({ src, alt, width, height, isPrivate = areAllPrivate, class: className }) {
  const url = useFetched(isPrivate ? src : null);
  const [isBroken, setBroken] = useState(false);
  if (isBroken || url === '') return html`<span class=${`picture-gone ${className ?? ''}`} role="img" aria-label=${alt || 'Picture'}>This picture is not there any more</span>`;
  const shown = isPrivate ? url : src;
  return html`<img class=${className} src=${shown ?? undefined} alt=${alt} width=${width} height=${height} loading="lazy" decoding="async"
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

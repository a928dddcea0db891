// The pictures of a post, and one of them large.

import { html, useEffect, useState } from '../vendor/preact.js';
import { Dialog } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Picture } from '../parts/picture.js';

/** @param {{ images: Media[], at: number, title: string, onMove: (at: number) => void, onClose: () => void }} props */
function Large({ images, at, title, onMove, onClose }) {
  const image = images[at];
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKeyDown = ({ key }) => {
      if (key === 'ArrowLeft' && at > 0) onMove(at - 1);
      else if (key === 'ArrowRight' && at < images.length - 1) onMove(at + 1);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [at]);
  if (!image) return null;
  const name = images.length > 1 ? `Picture ${at + 1} of ${images.length}` : 'Picture';
  return html`<${Dialog} title=${name} wide onClose=${onClose}>
    <div class="post-large">
      <${Picture} key=${image.id} src=${image.url} width=${image.width} height=${image.height} alt=${`${name} of “${title}”`} />
      ${images.length > 1 && html`<div class="post-large-ways">
        <button class="button" aria-disabled=${at === 0} onClick=${() => at > 0 && onMove(at - 1)}><${Icon} name="chevron-left" />Before</button>
        <span class="quiet" role="status">${at + 1} of ${images.length}</span>
        <button class="button" aria-disabled=${at === images.length - 1} onClick=${() => at < images.length - 1 && onMove(at + 1)}>Next<${Icon} name="chevron-right" /></button>
      </div>`}
    </div>
  <//>`;
}

/** @param {{ images: Media[], title: string }} props */
export function Pictures({ images, title }) {
  const [at, setAt] = useState(-1);
  return html`<div class=${`post-pictures ${images.length === 1 ? 'alone' : ''}`}>
    ${images.map((image, index) => html`<button key=${image.id} class="post-picture" aria-haspopup="dialog" aria-label=${`Show picture ${index + 1} of ${images.length} large`} onClick=${() => setAt(index)}>
      <${Picture} src=${images.length === 1 ? image.url : image.thumbnail_url} width=${image.width} height=${image.height} alt=${`Picture ${index + 1} of “${title}”`} /></button>`)}
  </div>
  ${at >= 0 && html`<${Large} images=${images} at=${at} title=${title} onMove=${setAt} onClose=${() => setAt(-1)} />`}`;
}

// A picture in a message, and the same one large. Those of conversations are for their members alone.

import { html, useState } from '../vendor/preact.js';
import { Dialog } from '../parts/dialog.js';
import { Picture } from '../parts/picture.js';

/** @param {{ image: Media, whose: string }} props `whose`: such as `Your picture` */
export function Photo({ image, whose }) {
  const [isOpen, setOpen] = useState(false);
  return html`<button type="button" class="chat-photo" aria-label=${`${whose}: show it large`} onClick=${() => setOpen(true)}>
      <${Picture} src=${image.thumbnail_url} width=${image.width} height=${image.height} alt="" isPrivate /></button>
    ${isOpen && html`<${Dialog} title=${whose} wide onClose=${() => setOpen(false)}>
      <div class="chat-photo-large"><${Picture} src=${image.url} width=${image.width} height=${image.height} alt=${whose} isPrivate /></div><//>`}`;
}

// The text of a post: written on one tab, looked at on the other.

import { html, useId, useRef, useState } from '../vendor/preact.js';
import { Markdown } from '../parts/markdown.js';
import { Writing } from '../parts/writing.js';

/** Longest text, in characters. */
const MAX = 20_000;

/** From how many characters on it is said how many there are. */
const NEAR = 18_000;

/** @param {{ text: string, wrong?: string, onText: (text: string) => void, onSend: () => void, field: import('../vendor/preact.js').Ref<any> }} props */
export function TextField({ text, wrong, onText, onSend, field }) {
  const id = useId();
  const [isPreview, preview] = useState(false);
  const tabs = useRef(/** @type {HTMLElement | null} */ (null));
  const length = [...text].length;
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (!['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    const next = event.key === 'Home' ? false : event.key === 'End' ? true : !isPreview;
    preview(next);
    /** @type {HTMLElement | undefined | null} */ (tabs.current?.querySelectorAll('button')[next ? 1 : 0])?.focus();
  };
  /** @param {boolean} isThis @param {string} label */
  const tab = (isThis, label) => html`<button type="button" role="tab" id=${`${id}-${label}`} aria-selected=${isPreview === isThis} aria-controls=${`${id}-panel`} tabindex=${isPreview === isThis ? 0 : -1} onClick=${() => preview(isThis)}>${label}</button>`;
  const hint = length >= NEAR ? `${length.toLocaleString('en')} of ${MAX.toLocaleString('en')} characters` : 'Markdown works: **bold**, *italic*, lists, links, code.';
  return html`<div class="field">
    <div class="composer-text-head"><span class="label" id=${`${id}-label`}>Text</span>
      <div class="composer-tabs" role="tablist" aria-labelledby=${`${id}-label`} ref=${tabs} onKeyDown=${onKeyDown}>${tab(false, 'Write')}${tab(true, 'Preview')}</div></div>
    <div role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${isPreview ? 'Preview' : 'Write'}`} tabindex=${isPreview ? 0 : undefined}>
      ${isPreview
        ? html`<div class="composer-preview">${text.trim() ? html`<${Markdown} text=${text} />` : html`<p class="quiet">Nothing to look at yet.</p>`}</div>`
        : html`<${Writing} field=${field} label="Text" name="body" text=${text} onText=${onText} onSend=${onSend} rows="8" aria-describedby=${`${id}-hint`} aria-invalid=${wrong ? 'true' : undefined} />`}
    </div>
    <span class=${wrong || length > MAX ? 'wrong' : 'hint'} id=${`${id}-hint`}>${wrong ? `It ${wrong}.` : hint}</span>
  </div>`;
}

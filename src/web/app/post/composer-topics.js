// What a post is about: its categories, as switches, and its tags, as they are typed.

import { html, useId, useRef, useState } from '../vendor/preact.js';
import { Icon } from '../parts/icon.js';
import { categories } from '../shell/categories.js';

const MAX_CATEGORIES = 5;
const MAX_TAGS = 10;
const MAX_TAG = 30;

/** @param {{ chosen: string[], wrong?: string, onChange: (slugs: string[]) => void }} props */
export function CategoryPicker({ chosen, wrong, onChange }) {
  const id = useId();
  const isFull = chosen.length >= MAX_CATEGORIES;
  /** @param {string} slug */
  const toggle = (slug) => onChange(chosen.includes(slug) ? chosen.filter((one) => one !== slug) : [...chosen, slug]);
  // One that was taken away since the post was written can still be seen, and taken out.
  const known = categories.value ?? [];
  const all = [...known, ...chosen.filter((slug) => !known.some((one) => one.slug === slug)).map((slug) => ({ slug, name: slug }))];
  return html`<fieldset class="composer-topics" aria-describedby=${`${id}-hint`}>
    <legend class="label">Categories</legend>
    ${!categories.value && html`<p class="quiet">Loading the categories…</p>`}
    <div class="composer-choices">${all.map(({ slug, name }) => {
      const isChosen = chosen.includes(slug);
      return html`<label key=${slug} class="composer-choice"><input type="checkbox" name="categories" value=${slug} checked=${isChosen} disabled=${isFull && !isChosen}
        aria-invalid=${wrong ? 'true' : undefined} onChange=${() => toggle(slug)} /><${Icon} name=${isChosen ? 'check' : 'hash'} size=${16} /><span>${name}</span></label>`;
    })}</div>
    <span class=${wrong ? 'wrong' : 'hint'} id=${`${id}-hint`}>${wrong ? `It ${wrong}.` : isFull ? 'Five are as many as fit. Take one out to choose another.' : `Choose one to five. Chosen: ${chosen.length}.`}</span>
  </fieldset>`;
}

/** @param {string} text */
const tagOf = (text) => text.trim().replace(/^#+/, '').trim().toLowerCase();

/** @param {{ tags: string[], wrong?: string, onChange: (tags: string[]) => void }} props */
export function TagField({ tags, wrong, onChange }) {
  const id = useId();
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [text, setText] = useState('');
  const [said, announce] = useState('');
  const isFull = tags.length >= MAX_TAGS;

  /** Takes every tag in `typed` but what stands after the last comma, where `isWhole` is false.
   * @param {string} typed @param {boolean} isWhole */
  const take = (typed, isWhole) => {
    const parts = typed.split(/[,\n]/);
    const rest = isWhole ? '' : (parts.pop() ?? '');
    const added = [...new Set(parts.map(tagOf).filter((tag) => tag && !tags.includes(tag)))].slice(0, MAX_TAGS - tags.length);
    setText(rest);
    if (!added.length) return;
    onChange([...tags, ...added]);
    announce(`Added ${added.join(', ')}.`);
  };
  /** @param {string} tag */
  const remove = (tag) => {
    onChange(tags.filter((one) => one !== tag));
    announce(`Removed ${tag}.`);
    input.current?.focus();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const last = tags.at(-1);
    // Where Enter ends a word that is put together, some browsers say so by this code alone.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter') {
      take(text, true);
      // With Ctrl the form is sent, with this tag.
      if (!event.ctrlKey && !event.metaKey) event.preventDefault();
    } else if (event.key === 'Backspace' && !text && last) remove(last);
  };
  return html`<div class="field">
    <label for=${id}>Tags</label>
    <div class="composer-tags" onClick=${(/** @type {Event} */ event) => event.target === event.currentTarget && input.current?.focus()}>
      ${tags.map((tag) => html`<span class="chip composer-tag" key=${tag}><bdi>#${tag}</bdi><button type="button" aria-label=${`Remove the tag ${tag}`} onClick=${() => remove(tag)}><${Icon} name="x" size=${14} /></button></span>`)}
      <input id=${id} ref=${input} name="tags" type="text" autocomplete="off" autocapitalize="none" enterkeyhint="done" value=${text} maxlength=${MAX_TAG + 1} readonly=${isFull} aria-describedby=${`${id}-hint`} aria-invalid=${wrong ? 'true' : undefined}
        placeholder=${tags.length ? '' : 'sourdough, beginners'} onInput=${(/** @type {any} */ event) => take(event.target.value, false)} onKeyDown=${onKeyDown} onBlur=${() => take(text, true)}
        onPaste=${(/** @type {ClipboardEvent} */ event) => {
          const pasted = event.clipboardData?.getData('text') ?? '';
          if (!/[,\n]/.test(pasted)) return;
          event.preventDefault();
          take(text + pasted, true);
        }} />
    </div>
    <span class=${wrong ? 'wrong' : 'hint'} id=${`${id}-hint`}>${wrong ? `A tag ${wrong}.` : isFull ? 'Ten are as many as fit.' : 'Up to ten. Enter or a comma ends one.'}</span>
    <span class="unseen" role="status">${said}</span>
  </div>`;
}

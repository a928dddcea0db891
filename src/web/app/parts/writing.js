// A field for text in Markdown: it grows with what is written, and has buttons and keys for the marks that people use most.

import { html, useId, useRef } from '../vendor/preact.js';
import { Icon } from './icon.js';

/** @typedef {{ label: string, icon: string, key?: string, before: string, after: string, sample: string, isLine?: boolean }} Mark
 * What goes around the chosen words, or before each line of them */

/** @type {Mark[]} */
const MARKS = [
  { label: 'Bold', icon: 'bold', key: 'B', before: '**', after: '**', sample: 'bold' },
  { label: 'Italic', icon: 'italic', key: 'I', before: '*', after: '*', sample: 'italic' },
  { label: 'Link', icon: 'link', key: 'K', before: '[', after: '](https://)', sample: 'words' },
  { label: 'Code', icon: 'code', before: '`', after: '`', sample: 'code' },
  { label: 'Quote', icon: 'quote', before: '> ', after: '', sample: 'quote', isLine: true },
  { label: 'List', icon: 'list', before: '- ', after: '', sample: 'first', isLine: true },
];

/** Puts `text` in place of what is chosen, so that the browser can take it back. @param {HTMLTextAreaElement} field @param {string} text */
function replace(field, text) {
  field.focus();
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Begins each line of what is chosen with the mark; takes it away where all have it. @param {HTMLTextAreaElement} field @param {Mark} mark */
function markLines(field, { before, sample }) {
  const start = field.value.lastIndexOf('\n', field.selectionStart - 1) + 1;
  const after = field.value.indexOf('\n', field.selectionEnd);
  const end = after < 0 ? field.value.length : after;
  const lines = (field.value.slice(start, end) || sample).split('\n');
  const areMarked = lines.every((line) => line.startsWith(before));
  // A list or a quote right below a paragraph would become a part of it.
  const gap = !areMarked && start > 1 && field.value[start - 2] !== '\n' && !field.value.slice(0, start - 1).split('\n').at(-1)?.startsWith(before) ? '\n' : '';
  const marked = gap + lines.map((line) => (areMarked ? line.slice(before.length) : before + line)).join('\n');
  field.setSelectionRange(start, end);
  replace(field, marked);
  field.setSelectionRange(start + gap.length, start + marked.length);
}

/** Puts the mark around what is chosen; takes it away where it is there. @param {HTMLTextAreaElement} field @param {Mark} mark */
function markWords(field, { before, after, sample }) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  if (value.slice(0, start).endsWith(before) && value.slice(end).startsWith(after) && start !== end) {
    const inside = value.slice(start, end);
    field.setSelectionRange(start - before.length, end + after.length);
    replace(field, inside);
    field.setSelectionRange(start - before.length, end - before.length);
    return;
  }
  const words = value.slice(start, end) || sample;
  replace(field, before + words + after);
  const from = start + before.length;
  // Of a link that has its words, the address is what is missing.
  if (before === '[' && start !== end) field.setSelectionRange(from + words.length + 2, from + words.length + after.length - 1);
  else field.setSelectionRange(from, from + words.length);
}

/** All else goes to the text field.
 * @param {{ text: string, onText: (text: string) => void, onSend?: () => void, label: string, hasToolbar?: boolean, field?: import('../vendor/preact.js').Ref<any>, [attribute: string]: any }} props */
export function Writing({ text, onText, onSend, label, hasToolbar = true, field, ...attributes }) {
  const own = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const element = field ?? own;
  const id = useId();
  /** @param {Mark} mark */
  const put = (mark) => element.current && (mark.isLine ? markLines : markWords)(element.current, mark);
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const mark = MARKS.find(({ key }) => key === event.key.toUpperCase());
    if (event.key === 'Enter' && onSend) {
      event.preventDefault();
      onSend();
    } else if (mark && !event.shiftKey) {
      event.preventDefault();
      put(mark);
    }
  };
  return html`<div class="writing">
    ${hasToolbar && html`<div class="writing-bar" role="group" aria-label="Formatting">${MARKS.map((mark) => html`<button type="button" key=${mark.label} class="quiet-button" aria-controls=${id}
      aria-label=${mark.label} title=${mark.key ? `${mark.label} (Ctrl+${mark.key})` : mark.label} onClick=${() => put(mark)}><${Icon} name=${mark.icon} size=${18} /></button>`)}</div>`}
    <textarea id=${id} ref=${element} dir="auto" value=${text} aria-label=${label} onInput=${(/** @type {any} */ event) => onText(event.target.value)} onKeyDown=${onKeyDown} ...${attributes}></textarea>
  </div>`;
}

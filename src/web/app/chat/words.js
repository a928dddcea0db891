// The text of a message: links that can be followed, and the few marks that people write by habit. All of it stays text.

import { h } from '../vendor/preact.js';
import { safeHref } from '../parts/markdown.js';

/** @typedef {import('../vendor/preact.js').Child} Child */

const MARKS = /(?<code>`[^`\n]+`)|(?<link>\bhttps?:\/\/[^\s<>"]+)|(?<strong>\*\*(?=\S)[^*\n]*[^\s*]\*\*)|(?<![\p{L}\p{N}*])(?<em>\*(?=\S)[^*\n]*[^\s*]\*)(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])(?<low>_(?=\S)[^_\n]*[^\s_]_)(?![\p{L}\p{N}_])/gu;

/** What ends a sentence rather than an address. @param {string} text */
function address(text) {
  let end = text.replace(/[.,;:!?'*_…]+$/u, '');
  while (end.endsWith(')') && end.split('(').length < end.split(')').length) end = end.slice(0, -1);
  return end;
}

/** @param {string} url @returns {Child} */
function link(url) {
  const href = safeHref(url);
  if (!href) return url;
  const isHere = new URL(href).origin === location.origin;
  return h('a', isHere ? { href } : { href, rel: 'nofollow ugc noopener noreferrer', target: '_blank' }, url);
}

/** @param {string} text @returns {Child[]} */
export function marked(text) {
  /** @type {Child[]} */
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(MARKS)) {
    const { code, link: url, strong, em, low } = found.groups ?? {};
    if (found.index > at) parts.push(text.slice(at, found.index));
    at = found.index + found[0].length;
    if (code) parts.push(h('code', null, code.slice(1, -1)));
    else if (strong) parts.push(h('strong', null, strong.slice(2, -2)));
    else if (em ?? low) parts.push(h('em', null, found[0].slice(1, -1)));
    else if (url) {
      parts.push(link(address(url)));
      at -= url.length - address(url).length;
    }
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** Whether a text is nothing but a few emoji, which are shown large. @param {string} text */
export const isEmojiAlone = (text) => /^(?:\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*\s?){1,3}$/u.test(text);

/** @param {{ text: string }} props */
export const Words = ({ text }) => h('p', { class: isEmojiAlone(text) ? 'chat-words chat-emoji' : 'chat-words', dir: 'auto' }, ...marked(text));

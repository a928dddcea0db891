// Markdown as elements. Nothing that people wrote ever becomes markup: what the lexer finds is turned into elements of this
// list, HTML in it is shown as the text that it is, and links lead only where links may lead.

import { h, useMemo } from '../vendor/preact.js';
import { DEPTH, lex } from './lexer.js';

/** @typedef {import('../vendor/marked.js').Token} Token */
/** @typedef {import('../vendor/preact.js').Child} Child */

/** Where a link of somebody's may lead; null for anywhere else. @param {string | undefined} href */
export function safeHref(href) {
  try {
    const url = new URL(href ?? '', location.href);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Named characters as what they name. @param {string} text */
const plain = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[/** @type {string} */ (name)] ?? '');

/** @param {Token[] | undefined} tokens @param {number} depth @returns {Child[]} */
const all = (tokens, depth) => (tokens ?? []).map((token) => one(token, depth + 1));

/** @param {Token} token @param {number} depth @returns {Child} */
function link(token, depth) {
  const href = safeHref(token.href);
  const inside = all(token.tokens, depth);
  if (!href) return h('span', null, ...inside);
  const isHere = new URL(href).origin === location.origin;
  return h('a', isHere ? { href } : { href, rel: 'nofollow ugc noopener noreferrer', target: '_blank' }, ...inside);
}

/** @param {Token} token @param {number} depth @returns {Child} */
function table({ header = [], rows = [] }, depth) {
  /** @param {import('../vendor/marked.js').Cell[]} cells @param {string} name */
  const row = (cells, name) => h('tr', null, ...cells.map((cell) => h(name, null, ...all(cell.tokens, depth))));
  return h('table', null, h('thead', null, row(header, 'th')), h('tbody', null, ...rows.map((cells) => row(cells, 'td'))));
}

/** @param {Token} token @param {number} depth @returns {Child} */
function one(token, depth) {
  if (depth > DEPTH) return token.raw;
  switch (token.type) {
    case 'space': case 'def': return null;
    // The page has the first heading, and the text belongs below it.
    case 'heading': return h(`h${Math.min((token.depth ?? 1) + 1, 4)}`, null, ...all(token.tokens, depth));
    case 'paragraph': return h('p', null, ...all(token.tokens, depth));
    case 'blockquote': return h('blockquote', null, ...all(token.tokens, depth));
    case 'list': return h(token.ordered ? 'ol' : 'ul', token.ordered && token.start !== 1 ? { start: token.start } : null, ...(token.items ?? []).map((item) => one(item, depth + 1)));
    case 'list_item': return h('li', null, ...all(token.tokens, depth));
    case 'checkbox': return token.checked ? '☑ ' : '☐ ';
    case 'code': return h('pre', { tabindex: 0 }, h('code', null, token.text));
    case 'hr': return h('hr', null);
    case 'table': return table(token, depth);
    case 'strong': return h('strong', null, ...all(token.tokens, depth));
    case 'em': return h('em', null, ...all(token.tokens, depth));
    case 'del': return h('del', null, ...all(token.tokens, depth));
    case 'codespan': return h('code', null, token.text ?? '');
    case 'br': return h('br', null);
    case 'link': return link(token, depth);
    // A picture from elsewhere would tell its server who reads this: its address is shown in its place.
    case 'image': return h('span', null, `[${token.text || 'picture'}: ${token.href ?? ''}]`);
    case 'escape': return token.text ?? '';
    case 'text': return token.tokens ? h('span', null, ...all(token.tokens, depth)) : plain(token.text ?? '');
    default: return token.raw;
  }
}

/** The text as it was written, line by line. @param {string} text */
const asWritten = (text) => h('p', null, text.split('\n').flatMap((line, at) => (at ? [h('br', null), line] : line)));

/** @param {string} text @returns {Child[]} */
function elements(text) {
  const tokens = lex(text);
  return tokens ? all(tokens, 0) : [asWritten(text)];
}

/** @param {{ text: string, class?: string }} props */
export function Markdown({ text, class: className = '' }) {
  // What stands around it is drawn anew more often than the text changes.
  const inside = useMemo(() => elements(text), [text]);
  return h('div', { class: `prose ${className}`, dir: 'auto' }, ...inside);
}

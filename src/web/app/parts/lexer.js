// What a Markdown text is made of, found within bounds: whatever somebody writes, it takes others a moment at most.

import { Lexer } from '../vendor/marked.js';

/** @typedef {import('../vendor/marked.js').Token} Token */

/** Deepest nesting that is followed: what is deeper is text. */
export const DEPTH = 12;

/** From how much on time counts, in characters that steps had before them. Most texts stay below it, so that no slow device cuts
 * them short. */
const MUCH = 1_000_000;

/** How long a text may take then, in milliseconds: at least, and for each character. What is written to be read takes a tenth of
 * it; of other texts each step may look through all of the rest. */
const PATIENCE = 100;
const PER_CHARACTER = 0.01;

/** Most cells of a table. Each of its rows is filled up to the width of its head. */
const CELLS = 20_000;

/** Most characters of addresses that are defined once. Each link that refers to one gets all of it. */
const ADDRESSES = 100_000;

/** More blanks in a row than anybody writes: a single step may take long for them. */
const BLANKS = /[^\S\n]{1000}/;

/** A bare address that is longer than any that works: it is no link, for the same reason. */
const ADDRESS = /^(?:(?:https?|ftp):\/\/|www\.)[^\s<]{4000,}/i;

class Bounded extends Lexer {
  depth = 0;

  /** @param {string} text */
  constructor(text) {
    const ends = performance.now() + Math.max(PATIENCE, text.length * PER_CHARACTER);
    let seen = 0;
    /** @param {string} src */
    const step = (src) => {
      seen += src.length;
      if (seen > MUCH && performance.now() > ends) throw new Error('this takes too long');
    };
    /** @param {string} src */
    const inlineStep = (src) => {
      step(src);
      const raw = ADDRESS.exec(src)?.[0];
      return raw && { type: 'text', raw, text: raw };
    };
    super({ gfm: true, breaks: true, extensions: { block: [step], inline: [inlineStep] } });
    this.boundTables();
    this.boundReferences();
  }

  boundTables() {
    const { tokenizer } = this;
    const { table } = tokenizer;
    tokenizer.table = (src) => {
      const [, head = '', , rows = ''] = tokenizer.rules.block.table.exec(src) ?? [];
      if (head.split('|').length * rows.split('\n').length > CELLS) throw new Error('this table is too large');
      return table.call(tokenizer, src);
    };
  }

  boundReferences() {
    const { tokenizer } = this;
    const { reflink } = tokenizer;
    let length = 0;
    tokenizer.reflink = (src, links) => {
      const token = reflink.call(tokenizer, src, links);
      length += token?.href?.length ?? 0;
      if (length > ADDRESSES) throw new Error('these links are too long');
      return token;
    };
  }

  /** @override @param {string} src @param {Token[]} [tokens] @param {boolean} [isClipped] */
  blockTokens(src, tokens = [], isClipped = false) {
    return this.within(src, tokens, (rest) => super.blockTokens(rest, tokens, isClipped));
  }

  /** @override @param {string} src @param {Token[]} [tokens] */
  inlineTokens(src, tokens = []) {
    return this.within(src, tokens, (rest) => super.inlineTokens(rest, tokens));
  }

  /** @param {string} src @param {Token[]} tokens @param {(rest: string) => Token[]} find */
  within(src, tokens, find) {
    const isTooDeep = this.depth >= DEPTH;
    if (isTooDeep) tokens.push({ type: 'text', raw: src, text: src });
    // The lexer puts back what it remembers of the place, also where there is nothing to find.
    this.depth++;
    const found = find(isTooDeep ? '' : src);
    this.depth--;
    return found;
  }
}

/** What `text` is made of; null where it is nothing that people write, and is to be shown as it is. @param {string} text */
export function lex(text) {
  try {
    return BLANKS.test(text) ? null : new Bounded(text).lex(text);
  } catch {
    return null;
  }
}

// What of marked.js is used: https://marked.js.org.

export interface Token {
  type: string; raw: string; text?: string; tokens?: Token[]; href?: string; title?: string | null; depth?: number; lang?: string;
  ordered?: boolean; start?: number | ''; items?: Token[]; task?: boolean; checked?: boolean; header?: Cell[]; rows?: Cell[][];
  escaped?: boolean;
}
export interface Cell { text: string; tokens: Token[]; align: 'center' | 'left' | 'right' | null }
/** Asked at each step, before the lexer itself: what it gives is taken, where it gives something. */
export type Step = (src: string) => Token | undefined | void | '';
export interface Options { gfm?: boolean; breaks?: boolean; extensions?: { block: Step[]; inline: Step[] } }
export interface Tokenizer {
  rules: { block: { table: RegExp } };
  table(src: string): Token | undefined;
  reflink(src: string, links: Record<string, unknown>): Token | undefined;
}
export class Lexer {
  constructor(options?: Options);
  tokenizer: Tokenizer;
  lex(text: string): Token[];
  blockTokens(src: string, tokens?: Token[], isClipped?: boolean): Token[];
  inlineTokens(src: string, tokens?: Token[]): Token[];
}

// What of marked.js is used: https://marked.js.org.

export interface Token {
  type: string; raw: string; text?: string; tokens?: Token[]; href?: string; title?: string | null; depth?: number; lang?: string;
  ordered?: boolean; start?: number | ''; items?: Token[]; task?: boolean; checked?: boolean; header?: Cell[]; rows?: Cell[][];
  escaped?: boolean;
}
export interface Cell { text: string; tokens: Token[]; align: 'center' | 'left' | 'right' | null }
export class Lexer { static lex(text: string, options?: { gfm?: boolean; breaks?: boolean }): Token[] }

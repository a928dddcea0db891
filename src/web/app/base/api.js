// Requests to the server. Every refusal, also the network's, is a `Problem`, so that pages handle one kind of failure.

import { access, forget, renewed, signedIn } from './tokens.js';

const BASE = '/api/v1';

/** What went wrong, in words for people, with a `code` for the program. */
export class Problem extends Error {
  /** @param {number} status 0 where no answer came
   *  @param {string} code @param {string} message
   *  @param {FieldProblem[]} [fields] what is wrong with which field @param {number} [retryAfter] seconds to wait */
  constructor(status, code, message, fields = [], retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.retryAfter = retryAfter;
  }

  /** Whether trying again later may help. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status === 503;
  }
}

/** @param {Response} answer */
export async function problemOf(answer) {
  const wait = Number(answer.headers.get('retry-after')) || 0;
  const said = await answer.json().catch(() => ({}));
  const words = said.detail || said.title || `The server answered with ${answer.status}. Try again in a moment.`;
  return new Problem(answer.status, said.code ?? 'unknown', words, said.errors ?? [], wait);
}

/** Nothing came back. */
export const unreachable = () => new Problem(0, 'unreachable', 'The server cannot be reached. Check your connection, and try again.');

/** The session is good, and the server cannot renew its tokens just now: asked without them, it only says that one must log in. */
export const notRenewed = () => new Problem(503, 'not_renewed', 'The server has too much to do just now. Try again in a moment.');

/** How often reading is tried again where the server has too much to do. */
const TRIES = 3;

/** What `ask` gives: again, as late as the server wishes, while it says that it has too much to do. @param {() => Promise<Response>} ask */
async function patient(ask) {
  let answer = await ask();
  for (let tried = 1; tried < TRIES && answer.status === 503; tried++) {
    const seconds = Math.min(Number(answer.headers.get('retry-after')) || 1, 5);
    await new Promise((later) => setTimeout(later, (seconds + Math.random()) * 1000));
    answer = await ask();
  }
  return answer;
}

/** The answer to a request, signed where somebody is signed in; once more with fresh tokens where the old ones ended.
 * @param {string} path below the base, or from the root where it begins with the base
 * @param {RequestInit & { headers?: Record<string, string> }} [options] */
export async function send(path, options = {}) {
  const url = path.startsWith(BASE) ? path : BASE + path;
  /** @param {string | null} token */
  const once = (token) => fetch(url, { ...options, headers: { ...options.headers, ...(token && { authorization: `Bearer ${token}` }) } });
  /** @param {string | null} token */
  const ask = (token) => (options.method && options.method !== 'GET' ? once(token) : patient(() => once(token)));
  try {
    const token = await access();
    const answer = await ask(token);
    if (answer.status !== 401) return answer;
    const fresh = token && await renewed(token);
    if (!fresh && signedIn.peek()) throw notRenewed();
    if (!fresh) return answer;
    const again = await ask(fresh);
    // The session was ended elsewhere, or the account was banned. What was asked without tokens, or with older ones, says
    // nothing about those that are here.
    if (again.status === 401) forget();
    return again;
  } catch (error) {
    if (error instanceof Problem || (error instanceof DOMException && error.name === 'AbortError')) throw error;
    throw unreachable();
  }
}

/** @param {string} method @param {string} path @param {unknown} [body]
 *  @param {{ signal?: AbortSignal, key?: string }} [options] `key`: an Idempotency-Key, so that trying again makes no second one */
async function json(method, path, body, { signal, key } = {}) {
  const headers = { ...(body !== undefined && { 'content-type': 'application/json' }), ...(key && { 'idempotency-key': key }) };
  const answer = await send(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204) return null;
  return answer.json().catch(() => {
    throw unreachable();
  });
}

/** @template [T=any] @param {string} path @param {{ signal?: AbortSignal }} [options] @returns {Promise<T>} */
export const get = (path, options) => json('GET', path, undefined, options);

/** @template [T=any] @param {string} path @param {unknown} [body] @param {{ key?: string }} [options] @returns {Promise<T>} */
export const post = (path, body, options) => json('POST', path, body, options);

/** @template [T=any] @param {string} path @param {unknown} [body] @returns {Promise<T>} */
export const put = (path, body) => json('PUT', path, body);

/** @template [T=any] @param {string} path @param {unknown} body @returns {Promise<T>} */
export const patch = (path, body) => json('PATCH', path, body);

/** @template [T=any] @param {string} path @param {unknown} [body] @returns {Promise<T>} */
export const remove = (path, body) => json('DELETE', path, body);

/** `path` with a query; parameters that are empty are left out, lists are repeated.
 * @param {string} path @param {Record<string, string | number | boolean | string[] | null | undefined>} parameters */
export function query(path, parameters) {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const set = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => [String(name), String(value)]);
  return set.length ? `${path}?${new URLSearchParams(set)}` : path;
}

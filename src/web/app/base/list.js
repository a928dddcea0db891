// A list of the server's, page by page: kept while the app is open, so that coming back finds it as it was left.

import { effect, signal } from '../vendor/preact.js';
import { get, query } from './api.js';
import { who } from './session.js';

/** @template T
 * @typedef {object} List
 * @property {import('../vendor/preact.js').Signal<T[] | null>} items null before the first page
 * @property {import('../vendor/preact.js').Signal<boolean>} isLoading
 * @property {import('../vendor/preact.js').Signal<import('./api.js').Problem | null>} problem
 * @property {import('../vendor/preact.js').Signal<boolean>} isDone whether all of it is here
 * @property {() => Promise<void>} more the next page
 * @property {() => Promise<void>} reload the first page anew
 * @property {() => Promise<void>} retry what failed last
 * @property {() => number} age how long ago the first page came, in milliseconds
 * @property {(id: string, change: (item: T) => T | null) => void} change what `change` makes of the item with this id; null removes it
 * @property {(item: T) => void} prepend */

/** @param {any} item @returns {string | undefined} */
const idOf = (item) => item.id;

/** How many lists are kept. */
const KEPT = 20;

/** @type {Map<string, List<any>>} */
const lists = new Map();

/** Those that were made last, also where they are forgotten: a page may still show them. @type {List<any>[]} */
const recent = [];

// What somebody saw, and what of it was their own, is nobody else's business, also on the same device.
effect(() => {
  void who.value;
  forgetLists();
  recent.length = 0;
});

/** The list at `path`, which may have a query. @template T @param {string} path @param {Paged<T>} [first] a first page that is known
 * @returns {List<T>} */
export function list(path, first) {
  const known = lists.get(path);
  if (known) {
    lists.delete(path);
    lists.set(path, known);
    return known;
  }
  const made = make(path, first);
  lists.set(path, made);
  recent.push(made);
  if (recent.length > KEPT) recent.shift();
  const [oldest] = lists.keys();
  if (lists.size > KEPT && oldest) lists.delete(oldest);
  return made;
}

/** Forgets lists whose path begins with `prefix`; all of them without one. @param {string} [prefix] */
export function forgetLists(prefix = '') {
  for (const path of lists.keys()) if (path.startsWith(prefix)) lists.delete(path);
}

/** Puts a changed item into every list that shows it; null takes it out. @template {{ id: string }} T
 * @param {string} id @param {(item: T) => T | null} change */
export function changeEverywhere(id, change) {
  for (const list of new Set([...lists.values(), ...recent])) list.change(id, change);
}

/** The item with this id, where a list has it. @param {string} id @returns {any} */
export function findAnywhere(id) {
  for (const { items } of lists.values()) {
    const found = items.peek()?.find((item) => idOf(item) === id);
    if (found) return found;
  }
  return undefined;
}

/** @template T @param {string} path @param {Paged<T>} [first] @returns {List<T>} */
function make(path, first) {
  const items = signal(/** @type {T[] | null} */ (first?.items ?? null));
  const problem = signal(/** @type {any} */ (null));
  const isLoading = signal(false);
  const isDone = signal(first ? first.next_cursor === null : false);
  let cursor = first?.next_cursor ?? null;
  let cameAt = Date.now();
  let isRetryAnew = false;

  /** @param {boolean} isAnew */
  async function load(isAnew) {
    if (isLoading.value || (isDone.value && !isAnew)) return;
    isLoading.value = true;
    isRetryAnew = isAnew;
    problem.value = null;
    try {
      const [base, own] = path.split('?');
      const parameters = Object.groupBy([...new URLSearchParams(own)], ([name]) => name);
      const values = Object.fromEntries(Object.entries(parameters).map(([name, pairs]) => [name, (pairs ?? []).map(([, value]) => value)]));
      /** @type {Paged<T>} */
      const page = await get(query(base ?? '', { ...values, cursor: isAnew ? null : cursor }));
      const before = isAnew ? [] : (items.value ?? []);
      if (!before.length) cameAt = Date.now();
      const known = new Set(before.map(idOf));
      // What moved up meanwhile comes a second time.
      items.value = [...before, ...page.items.filter((item) => idOf(item) === undefined || !known.has(idOf(item)))];
      cursor = page.next_cursor;
      isDone.value = cursor === null;
    } catch (error) {
      problem.value = error;
    } finally {
      isLoading.value = false;
    }
  }

  return {
    items, problem, isLoading, isDone,
    more: () => load(false),
    reload: () => load(true),
    retry: () => load(isRetryAnew),
    age: () => Date.now() - cameAt,
    change: (id, change) => {
      if (!items.value?.some((item) => idOf(item) === id)) return;
      items.value = items.value.flatMap((item) => (idOf(item) === id ? (change(item) ?? []) : item));
    },
    prepend: (item) => {
      if (items.value) items.value = [item, ...items.value.filter((one) => idOf(one) !== idOf(item))];
    },
  };
}

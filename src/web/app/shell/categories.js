// What posts are sorted into, with counts.

import { signal } from '../vendor/preact.js';
import { get } from '../base/api.js';
import { takeFirst } from '../base/first.js';
import { account } from '../base/session.js';

/** The categories; null until they are known. */
export const categories = signal(/** @type {Category[] | null} */ (takeFirst('/categories')?.items ?? null));

/** Whether they are those that the document brought along. */
let areFirst = categories.peek() !== null;

/** Whether only members may see them. */
export const areForMembers = document.documentElement.hasAttribute('data-members-only');

/** Asks for them as the app begins, where the document has not brought them. */
export async function loadFirstCategories() {
  if (!areFirst) await loadCategories();
  areFirst = false;
}

/** Asks for them anew. */
export async function loadCategories() {
  if (areForMembers && !account.value) return;
  try {
    const { items } = await get('/categories');
    categories.value = items;
  } catch {
    // The list is beside what people came for: without it the rest works.
  }
}

/** The name of a category. @param {string} slug */
export const categoryName = (slug) => categories.value?.find((category) => category.slug === slug)?.name ?? slug;

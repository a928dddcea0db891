// What posts are sorted into.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { put, remove } from '../base/api.js';
import { counted } from '../base/page.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Field, Trouble, useForm } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { Empty, Skeleton } from '../parts/states.js';
import { complain, say } from '../parts/toast.js';
import { Submit } from '../account/submit.js';
import { insist } from '../account/refusals.js';
import { categories, loadCategories } from '../shell/categories.js';

/** The short form of a name, for addresses. @param {string} name */
const slugOf = (name) => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/&/g, ' and ').replace(/[^a-z0-9]+/g, '-').replace(/^-/, '').slice(0, 40).replace(/-$/, '');

function Add() {
  const [name, setName] = useState('');
  const [slug, setSlug] = useState('');
  const derived = slugOf(name);
  const { form, isBusy, wrongWith, trouble, problem } = useForm(async () => {
    const wanted = slug.trim().toLowerCase() || derived;
    insist({ name, slug: wanted });
    if (categories.value?.some((one) => one.slug === wanted)) {
      say(`There is a category with the address “${wanted}” already.`, { kind: 'problem' });
      return;
    }
    await put(`/categories/${encodeURIComponent(wanted)}`, { name });
    await loadCategories();
    say(`${name.trim()} is there.`);
    setName('');
    setSlug('');
  });
  /** @param {(text: string) => void} set */
  const into = (set) => (/** @type {Event} */ event) => set(/** @type {HTMLInputElement} */ (event.target).value);
  return html`<form class="panel form" ...${form}><h2>A new category</h2>
    <div class="admin-fields">
      <${Field} label="Name" name="name" autocomplete="off" maxlength="60" dir="auto" value=${name} onInput=${into(setName)} wrong=${wrongWith('name')} />
      <${Field} label="Short form" name="slug" autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="40" placeholder=${derived} value=${slug} onInput=${into(setSlug)}
        hint="For addresses; made from the name if left empty. It stays as it is." wrong=${wrongWith('slug')} />
    </div>
    <${Trouble} text=${trouble} />
    <div class="form-actions"><${Submit} label="Add category" isBusy=${isBusy} problem=${problem} /></div>
  </form>`;
}

/** @param {{ category: Category, onClose: () => void }} props */
function Rename({ category, onClose }) {
  const { form, isBusy, wrongWith, trouble, problem } = useForm(async ({ name = '' }) => {
    insist({ name });
    await put(`/categories/${encodeURIComponent(category.slug)}`, { name });
    await loadCategories();
    onClose();
    say(`It is called ${name.trim()} now.`);
  });
  return html`<${Dialog} title=${`Rename ${category.name}`} onClose=${onClose}><form class="form" ...${form}>
    <${Field} label="New name" name="name" data-first autocomplete="off" maxlength="60" dir="auto" defaultValue=${category.name} wrong=${wrongWith('name')} />
    <${Trouble} text=${trouble} />
    <div class="dialog-actions"><button type="button" class="button" onClick=${onClose}>Cancel</button><${Submit} label="Rename" isBusy=${isBusy} problem=${problem} /></div>
  </form><//>`;
}

/** @param {{ category: Category, onGone: () => void }} props */
function Row({ category, onGone }) {
  const [wish, want] = useState(/** @type {'rename' | 'remove' | null} */ (null));
  const take = async () => {
    try {
      await remove(`/categories/${encodeURIComponent(category.slug)}`);
      categories.value = categories.value?.filter(({ slug }) => slug !== category.slug) ?? null;
      onGone();
      say(`${category.name} is gone. Added again with the short form “${category.slug}”, it comes back with its posts.`);
    } catch (problem) {
      complain(problem);
    }
  };
  const items = [
    { label: 'Rename', icon: 'pencil', run: () => want('rename') },
    { label: 'Delete', icon: 'trash-2', isDangerous: true, run: () => want('remove') },
  ];
  return html`<li class="admin-row"><span class="admin-icon"><${Icon} name="hash" size=${18} /></span>
    <div class="admin-row-words"><p class="admin-name"><a href=${`/?category=${encodeURIComponent(category.slug)}`}><bdi>${category.name}</bdi></a></p>
      <p class="quiet">${category.slug} · ${counted(category.post_count, 'post')}</p></div>
    <${Menu} label=${`Change ${category.name}`} items=${items} />
    ${wish === 'rename' && html`<${Rename} category=${category} onClose=${() => want(null)} />`}
    ${wish === 'remove' && html`<${Confirm} title=${`Delete ${category.name}?`} action="Delete" isDangerous onConfirm=${take} onClose=${() => want(null)}>
      <p>${category.post_count ? `Its ${counted(category.post_count, 'post')} stay, with the other categories that they have. One that has no other is found by its tags, its author and the feed of everything.` : 'No post is in it.'}</p><//>`}
  </li>`;
}

export default function Categories() {
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => void loadCategories(), []);
  const all = categories.value;
  return html`<p class="quiet">Every post is in one category at least. They stand in the sidebar, by their short form.</p>
    <${Add} />
    <h2 ref=${title} tabindex="-1">${all ? counted(all.length, 'category', 'categories') : 'Categories'}</h2>
    ${!all ? html`<${Skeleton} lines=${6} />` : !all.length ? html`<${Empty} icon="hash" title="No categories"><p>Without one, nobody can post. Add the first one above.</p><//>`
      : html`<ul class="panel admin-rows">${all.map((category) => html`<${Row} key=${category.slug} category=${category} onGone=${() => title.current?.focus()} />`)}</ul>`}`;
}

// What others see: name, handle, and some words about oneself.

import { html, useState } from '../vendor/preact.js';
import { patch } from '../base/api.js';
import { forgetLists } from '../base/list.js';
import { setAccount } from '../base/session.js';
import { Field, Trouble, useForm } from '../parts/form.js';
import { say } from '../parts/toast.js';
import { placed } from './refusals.js';
import { Submit } from './submit.js';

/** The longest text about oneself, in characters. */
const MAX_BIO = 1000;

/** @param {{ me: Account }} props */
export function ProfilePart({ me }) {
  const [left, setLeft] = useState(MAX_BIO - [...me.bio].length);
  const { form, isBusy, wrongWith, trouble, problem } = useForm(async ({ name = '', handle = '', bio = '' }) => {
    const wanted = handle.trim().replace(/^@/, '').toLowerCase();
    try {
      setAccount(await patch('/me', { name, handle: wanted, bio }));
    } catch (error) {
      throw placed(error);
    }
    // Every list may show the old name.
    forgetLists();
    say('Your profile is saved.');
  });
  /** @param {Event} event */
  const onBio = (event) => setLeft(MAX_BIO - [.../** @type {HTMLTextAreaElement} */ (event.target).value].length);
  const room = left < 0 ? `${-left} characters too many.` : left < 100 ? `${left} characters left.` : 'A line or two. Everybody can read it.';
  return html`<form class="form" ...${form}>
    <${Field} label="Name" name="name" autocomplete="name" defaultValue=${me.name} required maxlength="80" dir="auto" wrong=${wrongWith('name')} />
    <${Field} label="Handle" name="handle" autocomplete="off" autocapitalize="none" spellcheck=${false} defaultValue=${me.handle} required maxlength="31"
      hint=${`Your page is at ${location.host}/u/${me.handle}. With another handle it moves, and old links to it end.`} wrong=${wrongWith('handle')} />
    <${Field} label="About you" name="bio" multiline defaultValue=${me.bio} dir="auto" rows="4" hint=${room} wrong=${wrongWith('bio')} onInput=${onBio} />
    <${Trouble} text=${trouble} />
    <div class="form-actions"><${Submit} label="Save profile" isBusy=${isBusy} problem=${problem} /><a href=${`/u/${me.handle}`}>See your page</a></div>
  </form>`;
}

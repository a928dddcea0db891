// The address that one logs in with.

import { html } from '../vendor/preact.js';
import { patch } from '../base/api.js';
import { setAccount } from '../base/session.js';
import { Field, Trouble, useForm } from '../parts/form.js';
import { say } from '../parts/toast.js';
import { placed } from './refusals.js';
import { Submit } from './submit.js';

/** @param {{ me: Account }} props */
export function EmailPart({ me }) {
  const { form, isBusy, wrongWith, trouble, problem } = useForm(async ({ email = '' }) => {
    if (email.trim().toLowerCase() === me.email) {
      say('That is your address already.');
      return;
    }
    try {
      setAccount(await patch('/me', { email }));
    } catch (error) {
      throw placed(error);
    }
    say(`From now on you log in with ${email.trim()}.`);
  });
  return html`<section class="panel" id="email" aria-labelledby="email-title">
    <h2 id="email-title">E-mail</h2>
    <form class="form" ...${form}>
      <${Field} label="E-mail address" name="email" type="email" autocomplete="email" autocapitalize="none" defaultValue=${me.email} required maxlength="254"
        hint="You log in with it. Nobody else sees it." wrong=${wrongWith('email')} />
      <${Trouble} text=${trouble} />
      <div class="form-actions"><${Submit} label="Save e-mail address" isBusy=${isBusy} problem=${problem} /></div>
    </form>
  </section>`;
}

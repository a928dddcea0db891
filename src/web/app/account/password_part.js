// Another password.

import { html } from '../vendor/preact.js';
import { put } from '../base/api.js';
import { Trouble, useForm } from '../parts/form.js';
import { say } from '../parts/toast.js';
import { PasswordField } from './password.js';
import { insist, placed } from './refusals.js';
import { sessionsChanged } from './sessions.js';
import { Submit } from './submit.js';

/** @param {{ me: Account }} props */
export function PasswordPart({ me }) {
  const { form, isBusy, wrongWith, trouble, problem } = useForm(async ({ current = '', new: next = '' }, element) => {
    insist({ current, new: next });
    try {
      await put('/me/password', { current, new: next });
    } catch (error) {
      throw placed(error, { password: 'current' });
    }
    element.reset();
    sessionsChanged.value++;
    say('Your password is changed. You are signed out everywhere else.');
  });
  return html`<section class="panel" id="password" aria-labelledby="password-title">
    <h2 id="password-title">Password</h2>
    <p class="quiet">Changing it signs you out on every other device.</p>
    <form class="form" ...${form}>
      <input class="unseen" type="email" autocomplete="username" value=${me.email} readonly tabindex="-1" aria-hidden="true" />
      <${PasswordField} label="Present password" name="current" wrong=${wrongWith('current')} />
      <${PasswordField} label="New password" name="new" isNew wrong=${wrongWith('new')} />
      <${Trouble} text=${trouble} />
      <div class="form-actions"><${Submit} label="Change password" isBusy=${isBusy} problem=${problem} /></div>
    </form>
  </section>`;
}

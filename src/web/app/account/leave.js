// Leaving for good.

import { html, useState } from '../vendor/preact.js';
import { remove } from '../base/api.js';
import { go } from '../base/router.js';
import { setAccount } from '../base/session.js';
import { forget } from '../base/tokens.js';
import { Dialog } from '../parts/dialog.js';
import { Trouble, useForm } from '../parts/form.js';
import { say } from '../parts/toast.js';
import { PasswordField } from './password.js';
import { insist, placed } from './refusals.js';
import { Submit } from './submit.js';

/** @param {{ me: Account, onClose: () => void }} props */
function Really({ me, onClose }) {
  const { form, isBusy, wrongWith, trouble, problem } = useForm(async ({ password = '' }) => {
    insist({ password });
    try {
      await remove('/me', { password });
    } catch (error) {
      throw placed(error);
    }
    onClose();
    setAccount(null);
    forget();
    go('/', { replace: true });
    say('Your account is deleted. Thank you for having been here.');
  });
  const words = problem?.code === 'last_admin' ? 'You are the only admin. Make somebody else one first, in Admin under Accounts.' : trouble;
  return html`<${Dialog} title="Delete your account?" onClose=${onClose}>
    <form class="form" ...${form}>
      <p>This deletes <bdi>${me.name}</bdi> (@${me.handle}) for good, at once. Nobody can bring it back.</p>
      <input class="unseen" type="email" autocomplete="username" value=${me.email} readonly tabindex="-1" aria-hidden="true" />
      <${PasswordField} label="Your password" isFirst wrong=${wrongWith('password')} />
      <${Trouble} text=${words} />
      <div class="dialog-actions">
        <button type="button" class="button" onClick=${onClose}>Keep the account</button>
        <${Submit} label="Delete it for good" class="primary dangerous" isBusy=${isBusy} problem=${problem} />
      </div>
    </form>
  <//>`;
}

/** @param {{ me: Account }} props */
export function LeavePart({ me }) {
  const [isAsking, ask] = useState(false);
  return html`<section class="panel" id="leave" aria-labelledby="leave-title">
    <h2 id="leave-title">Leave</h2>
    <div class="account-fates">
      <div><h3>What goes</h3><p class="quiet">Your name, handle, e-mail address, password, picture and the words about you; your bookmarks, your place in groups, and every session.</p></div>
      <div><h3>What stays</h3><p class="quiet">Your posts, comments and messages, by “Somebody who left”, so that talks still make sense; your likes go on counting. Delete first what should go as well.</p></div>
    </div>
    <div class="form-actions"><button class="button account-danger" onClick=${() => ask(true)}>Delete account</button></div>
    ${isAsking && html`<${Really} me=${me} onClose=${() => ask(false)} />`}
  </section>`;
}

// Where somebody is signed in, and signing them out.

import { html } from '../vendor/preact.js';
import { SessionRow } from '../account/sessions.js';
import { useAnswer } from '../base/answer.js';
import { remove } from '../base/api.js';
import { Dialog } from '../parts/dialog.js';
import { Skeleton, Wrong } from '../parts/states.js';
import { complain, say } from '../parts/toast.js';

/** @param {{ user: User, onClose: () => void }} props */
export function PersonSessions({ user, onClose }) {
  const { value, problem, reload } = useAnswer(`/users/${user.id}/sessions`);
  /** @type {Session[]} */
  const sessions = value?.items ?? [];
  const end = async () => {
    onClose();
    try {
      await remove(`/users/${user.id}/sessions`);
      say(`${user.name} is signed out everywhere.`);
    } catch (error) {
      complain(error);
    }
  };
  return html`<${Dialog} title=${`Sessions of ${user.name}`} onClose=${onClose}>
    ${!value && (problem ? html`<${Wrong} problem=${problem} onRetry=${reload} />` : html`<${Skeleton} lines=${4} />`)}
    ${value && sessions.length === 0 && html`<p class="quiet">They are signed in nowhere.</p>`}
    <ul class="account-sessions">${sessions.map((session) => html`<${SessionRow} key=${session.id} session=${session} />`)}</ul>
    ${sessions.length > 0 && html`<p class="quiet">Signing them out closes what they have open. They can log in again.</p>
      <div class="dialog-actions"><button class="button" onClick=${onClose}>Close</button><button class="button primary dangerous" onClick=${end}>Sign out everywhere</button></div>`}
  <//>`;
}

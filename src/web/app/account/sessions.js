// Where one is signed in, and signing out there.

import { html, signal, useEffect, useRef, useState } from '../vendor/preact.js';
import { remove } from '../base/api.js';
import { useAnswer } from '../base/answer.js';
import { go } from '../base/router.js';
import { logOut } from '../base/session.js';
import { Time } from '../base/time.js';
import { Confirm } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Skeleton, Wrong } from '../parts/states.js';
import { complain, say } from '../parts/toast.js';
import { device } from './device.js';

/** Counts what ends sessions elsewhere on this page, such as another password. */
export const sessionsChanged = signal(0);

/** One session, for its owner or for an admin. @param {{ session: Session, onEnd?: () => void }} props */
export function SessionRow({ session, onEnd }) {
  const { words, icon } = device(session.device);
  return html`<li class="account-session">
    <span class="account-device"><${Icon} name=${icon} size=${22} /></span>
    <div class="account-session-words">
      <p title=${session.device}><strong><bdi>${words}</bdi></strong>${session.current && html` <span class="chip here">This device</span>`}</p>
      <p class="quiet"><bdi>${session.address}</bdi> · used <${Time} at=${session.last_used_at} /> · signed in <${Time} at=${session.created_at} /></p>
    </div>
    ${onEnd && html`<button class="button small" aria-label=${`Sign out ${words}, ${session.address}`} onClick=${onEnd}>Sign out</button>`}
  </li>`;
}

export function SessionsPart() {
  const { value, problem, reload, change } = useAnswer('/auth/sessions');
  const [isAsking, ask] = useState(/** @type {'others' | 'all' | null} */ (null));
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (sessionsChanged.value) reload();
  }, [sessionsChanged.value]);
  /** @type {Session[]} */
  const sessions = value?.items ?? [];
  const others = sessions.filter(({ current }) => !current);

  /** @param {Session[]} ended */
  const end = async (ended) => {
    const ids = new Set(ended.map(({ id }) => id));
    change((now) => ({ ...now, items: now.items.filter((/** @type {Session} */ { id }) => !ids.has(id)) }));
    // The button that was pressed is gone.
    title.current?.focus();
    try {
      for (const id of ids) await remove(`/auth/sessions/${id}`);
      say(ended.length === 1 ? 'That device is signed out.' : 'Every other device is signed out.');
    } catch (error) {
      complain(error);
      await reload();
    }
  };
  const leave = async () => {
    try {
      await logOut({ everywhere: true });
      say('You are signed out everywhere.');
      go('/');
    } catch (error) {
      complain(error);
    }
  };
  return html`<section class="panel" id="sessions" aria-labelledby="sessions-title">
    <h2 id="sessions-title" ref=${title} tabindex="-1">Sessions</h2>
    <p class="quiet">Every device that you are signed in on. One that you do not know? Sign it out, and change your password.</p>
    ${!value && (problem ? html`<${Wrong} problem=${problem} onRetry=${reload} />` : html`<${Skeleton} lines=${4} />`)}
    <ul class="account-sessions">${sessions.map((session) => html`<${SessionRow} key=${session.id} session=${session} onEnd=${session.current ? undefined : () => end([session])} />`)}</ul>
    ${value && html`<div class="form-actions">
      ${others.length > 1 && html`<button class="button" onClick=${() => ask('others')}>Sign out all others</button>`}
      <button class="button" onClick=${() => ask('all')}>Sign out everywhere</button>
    </div>`}
    ${isAsking === 'others' && html`<${Confirm} title="Sign out all others?" action="Sign them out" onConfirm=${() => end(others)} onClose=${() => ask(null)}>
      <p>Every device but this one has to log in again.</p><//>`}
    ${isAsking === 'all' && html`<${Confirm} title="Sign out everywhere?" action="Sign out everywhere" onConfirm=${leave} onClose=${() => ask(null)}>
      <p>Every device has to log in again, this one as well.</p><//>`}
  </section>`;
}

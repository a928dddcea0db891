// Settings: who one is here, how one gets in, where one is signed in, how it looks, and leaving. Each part is saved by itself.

import { html } from '../vendor/preact.js';
import { useTitle } from '../base/page.js';
import { account } from '../base/session.js';
import { BlockedPart } from './blocked.js';
import { EmailPart } from './email.js';
import { FacePart } from './face.js';
import { LeavePart } from './leave.js';
import { LooksPart } from './looks.js';
import { PasswordPart } from './password_part.js';
import { ProfilePart } from './profile_part.js';
import { SessionsPart } from './sessions.js';

const PARTS = [
  ['profile', 'Profile'], ['email', 'E-mail'], ['password', 'Password'], ['sessions', 'Sessions'], ['blocked', 'Blocked'], ['looks', 'Looks'], ['leave', 'Leave'],
];

export default function Settings() {
  useTitle('Settings');
  const me = account.value;
  if (!me) return null;
  return html`<h1>Settings</h1>
    <nav class="account-parts" aria-label="Settings">${PARTS.map(([id, label]) => html`<a key=${id} href=${`#${id}`}>${label}</a>`)}</nav>
    <div class="account-settings">
      <section class="panel" id="profile" aria-labelledby="profile-title"><h2 id="profile-title">Profile</h2><${FacePart} me=${me} /><${ProfilePart} me=${me} /></section>
      <${EmailPart} me=${me} />
      <${PasswordPart} me=${me} />
      <${SessionsPart} />
      <${BlockedPart} />
      <${LooksPart} />
      <${LeavePart} me=${me} />
    </div>`;
}

// Beginning a conversation: with one, or with several.

import { html, useState } from '../vendor/preact.js';
import { post } from '../base/api.js';
import { freshKey } from '../base/key.js';
import { counted } from '../base/page.js';
import { go } from '../base/router.js';
import { Dialog } from '../parts/dialog.js';
import { Field, Trouble, useForm } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { mergeTalk } from './conversations.js';
import { Finding } from './finding.js';
import { startDirect } from './start.js';

/** @param {{ onClose: () => void }} props */
export function Begin({ onClose }) {
  const [isGroup, setGroup] = useState(false);
  return html`<${Dialog} title="New conversation" onClose=${onClose}>
    <div class="chat-kinds" role="group" aria-label="Kind of conversation">
      <button type="button" aria-pressed=${!isGroup} onClick=${() => setGroup(false)}><${Icon} name="user" size=${16} />With one</button>
      <button type="button" aria-pressed=${isGroup} onClick=${() => setGroup(true)}><${Icon} name="users" size=${16} />A group</button>
    </div>
    ${isGroup ? html`<${Group} onClose=${onClose} />` : html`<${Finding} label="Who would you like to talk to?" action="Talk to" onChoose=${(/** @type {User} */ { id }) => { onClose(); startDirect(id); }} />`}
  <//>`;
}

/** @param {{ onClose: () => void }} props */
function Group({ onClose }) {
  const [members, setMembers] = useState(/** @type {User[]} */ ([]));
  const [key] = useState(freshKey);
  const { form, isBusy, wrongWith, trouble } = useForm(async ({ name = '' }) => {
    const made = await post('/conversations', { members: members.map(({ id }) => id), name: name.trim() || undefined }, { key: `${key}-${members.length}` });
    mergeTalk(made);
    onClose();
    go(`/chat/${made.id}`);
  });
  /** @param {User} user */
  const toggle = (user) => setMembers((now) => (now.some(({ id }) => id === user.id) ? now.filter(({ id }) => id !== user.id) : [...now, user]));
  return html`<form class="form" ...${form}>
    <${Field} label="Name of the group" name="name" maxlength="80" autocomplete="off" wrong=${wrongWith('name')} hint="Left empty, it is called after its members." />
    ${members.length > 0 && html`<ul class="chips" aria-label="Members">${members.map((user) => html`<li key=${user.id}>
      <button type="button" class="chip" aria-label=${`Take ${user.name} out`} onClick=${() => toggle(user)}><bdi>${user.name}</bdi><${Icon} name="x" size=${14} /></button></li>`)}</ul>`}
    <${Finding} label="Members" chosen=${new Set(members.map(({ id }) => id))} onChoose=${toggle} />
    <${Trouble} text=${trouble} />
    <div class="form-actions end chat-sure"><button class="button primary" disabled=${isBusy || members.length === 0}>${members.length ? `Begin with ${counted(members.length, 'other')}` : 'Begin'}</button></div>
  </form>`;
}

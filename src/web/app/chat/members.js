// The members of a group, and its name.

import { html, useState } from '../vendor/preact.js';
import { patch, put, remove } from '../base/api.js';
import { counted } from '../base/page.js';
import { go } from '../base/router.js';
import { Avatar, Name } from '../parts/avatar.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Field, Trouble, useForm } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { complain, say } from '../parts/toast.js';
import { dropTalk, fetchTalk, me, mergeTalk, nameOf } from './conversations.js';
import { Finding } from './finding.js';
import { present } from './presence.js';

/** @typedef {import('./conversations.js').Talk} Talk */

/** @param {Talk} one @param {UserSummary} user */
async function takeOut(one, user) {
  try {
    await remove(`/conversations/${one.id}/members/${user.id}`);
    await fetchTalk(one.id);
  } catch (problem) {
    complain(problem);
  }
}

/** @param {Talk} one @param {Partial<Conversation>} changes */
const change = async (one, changes) => mergeTalk(await patch(`/conversations/${one.id}`, changes));

/** @param {{ one: Talk, onClose: () => void }} props */
export function Members({ one, onClose }) {
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState(/** @type {UserSummary | null} */ (null));
  const isOwner = one.owner === me();
  /** @param {User} user */
  const add = async (user) => {
    try {
      mergeTalk(await put(`/conversations/${one.id}/members/${user.id}`));
      say(`${user.name} is in the group.`);
    } catch (problem) {
      complain(problem);
    }
  };
  /** @param {UserSummary} user */
  const handOver = (user) => change(one, { owner: user.id }).catch(complain);
  if (isAdding) {
    return html`<${Dialog} title="Add people" onClose=${onClose}>
      <p class="quiet">Whoever joins can read what was said before.</p>
      <${Finding} label="Who should join?" action="Add" without=${new Set(one.members.map(({ id }) => id))} onChoose=${add} />
      <div class="dialog-actions"><button type="button" class="button" onClick=${() => setAdding(false)}>Back to the members</button></div><//>`;
  }
  const sorted = [...one.members].sort((a, b) => Number(b.id === one.owner) - Number(a.id === one.owner) || a.name.localeCompare(b.name));
  return html`<${Dialog} title=${counted(one.members.length, 'member')} onClose=${onClose}>
    <ul class="chat-people">${sorted.map((user) => html`<li key=${user.id} class="chat-member">
      <span class="chat-face"><${Avatar} user=${user} />${present.value.has(user.id) && html`<span class="chat-here"><span class="unseen">online</span></span>`}</span>
      <span class="chat-person-words"><${Name} user=${user} /><span class="quiet">@${user.handle}${user.id === me() ? ' · you' : ''}</span></span>
      ${user.id === one.owner && html`<span class="chip">Owner</span>`}
      ${isOwner && user.id !== me() && html`<${Menu} label=${`${user.name}: change`} items=${[
        { label: 'Make owner', icon: 'shield', run: () => handOver(user) },
        { label: 'Take out of the group', icon: 'x', isDangerous: true, run: () => setLeaving(user) },
      ]} />`}</li>`)}</ul>
    ${isOwner && html`<div class="dialog-actions"><button type="button" class="button" onClick=${() => setAdding(true)}><${Icon} name="user-plus" size=${18} />Add people</button></div>`}
    ${leaving && html`<${Confirm} title=${`Take ${leaving.name} out?`} action="Take out" isDangerous onConfirm=${() => takeOut(one, leaving)} onClose=${() => setLeaving(null)}>
      <p>They see nothing of what is said from then on. What they wrote stays.</p><//>`}
  <//>`;
}

/** @param {{ one: Talk, onClose: () => void }} props */
export function Rename({ one, onClose }) {
  const { form, isBusy, wrongWith, trouble } = useForm(async ({ name = '' }) => {
    await change(one, { name });
    onClose();
  });
  return html`<${Dialog} title="Rename the group" onClose=${onClose}><form class="form" ...${form}>
    <${Field} label="Name of the group" name="name" maxlength="80" autocomplete="off" value=${one.name ?? ''} wrong=${wrongWith('name')} required />
    <${Trouble} text=${trouble} />
    <div class="dialog-actions"><button type="button" class="button" onClick=${onClose}>Cancel</button><button class="button primary" disabled=${isBusy}>Save</button></div></form><//>`;
}

/** @param {{ one: Talk, onClose: () => void }} props */
export function Leave({ one, onClose }) {
  const leave = async () => {
    try {
      await remove(`/conversations/${one.id}/members/${me()}`);
      say(`You left ${nameOf(one)}.`);
      go('/chat', { replace: true });
      dropTalk(one.id);
    } catch (problem) {
      complain(problem);
    }
  };
  return html`<${Confirm} title="Leave this group?" action="Leave" isDangerous onConfirm=${leave} onClose=${onClose}>
    <p>You see nothing of what is said from then on. ${one.owner === me() && one.members.length > 1 ? 'Whoever has been here longest becomes the owner.' : 'Its owner can add you again.'}</p><//>`;
}

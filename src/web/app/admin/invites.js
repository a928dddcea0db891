// Invites: links with which accounts can be made where the community is not open.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { post, remove } from '../base/api.js';
import { list } from '../base/list.js';
import { day, Time, whole } from '../base/time.js';
import { copy } from '../parts/copy.js';
import { Confirm } from '../parts/dialog.js';
import { Field, Trouble, useForm } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { Empty, ListEnd, Skeleton, Wrong } from '../parts/states.js';
import { complain, say } from '../parts/toast.js';
import { Submit } from '../account/submit.js';

/** @typedef {{ id: string, note: string, uses: number, used: number, open: boolean, created_by: string | null, created_at: string, expires_at: string }} Invite */

/** The link of an invite that was just made. @param {{ link: string, onDone: () => void }} props */
function Fresh({ link, onDone }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [link]);
  return html`<section class="panel admin-fresh" aria-label="The new invite"><h2><${Icon} name="ticket" />Here is the link</h2>
    <p>It is shown this once, and kept nowhere: copy it now, and send it to whom you want here.</p>
    <div class="admin-copy"><input ref=${field} type="text" readonly aria-label="Link of the invite" value=${link} />
      <button class="button primary" onClick=${() => copy(link, 'The link is copied.')}><${Icon} name="copy" size=${18} />Copy link</button>
      <button class="button" onClick=${onDone}>Done</button></div>
  </section>`;
}

/** @param {{ onMade: (made: Invite & { code: string, link: string }) => void }} props */
function Make({ onMade }) {
  const { form, isBusy, wrongWith, trouble, problem } = useForm(async ({ uses = '', days = '', note = '' }, element) => {
    const made = await post('/invites', { uses: Number(uses) || 0, expires_in_days: Number(days) || 0, note });
    element.reset();
    onMade(made);
  });
  return html`<form class="panel form" ...${form}><h2>A new invite</h2>
    <div class="admin-fields">
      <${Field} label="How many may come" name="uses" type="number" inputmode="numeric" min="1" max="10000" defaultValue="1" wrong=${wrongWith('uses')} />
      <${Field} label="Good for how many days" name="days" type="number" inputmode="numeric" min="1" max="3650" defaultValue="14" wrong=${wrongWith('expires_in_days')} />
      <${Field} label="Note (optional)" name="note" autocomplete="off" maxlength="200" dir="auto" hint="What it is for. Only admins see it." wrong=${wrongWith('note')} />
    </div>
    <${Trouble} text=${wrongWith('expires_in_days') ? '' : trouble} />
    <div class="form-actions"><${Submit} label="Make invite" isBusy=${isBusy} problem=${problem} /></div>
  </form>`;
}

/** How an invite stands, in words. @param {Invite} invite */
function standing({ open, used, uses, expires_at }) {
  if (open) return `good until ${day(expires_at)}`;
  return used >= uses ? 'used up' : `ended ${day(expires_at)}`;
}

/** @param {{ invite: Invite, onRevoke: () => void }} props */
function Row({ invite, onRevoke }) {
  const [isAsking, ask] = useState(false);
  const name = invite.note || `the invite of ${day(invite.created_at)}`;
  return html`<li class=${`admin-row ${invite.open ? '' : 'ended'}`}><span class="admin-icon"><${Icon} name="ticket" size=${18} /></span>
    <div class="admin-row-words"><p class="admin-name"><strong><bdi>${invite.note || 'Without a note'}</bdi></strong> <span class=${`chip ${invite.open ? 'here' : ''}`}>${invite.open ? 'Open' : 'Ended'}</span></p>
      <p class="quiet" title=${whole(invite.expires_at)}>${invite.used} of ${invite.uses} used · ${standing(invite)} · made <${Time} at=${invite.created_at} /></p>
      ${invite.uses > 1 && html`<span class="admin-bar" aria-hidden="true"><span style=${{ width: `${(invite.used / invite.uses) * 100}%` }}></span></span>`}</div>
    ${invite.open && html`<button class="button small" aria-label=${`Take back ${name}`} onClick=${() => ask(true)}>Take back</button>`}
    ${isAsking && html`<${Confirm} title="Take this invite back?" action="Take back" isDangerous onConfirm=${onRevoke} onClose=${() => ask(false)}>
      <p>Nobody can join with it any more. Who has joined with it stays.</p><//>`}
  </li>`;
}

export default function Invites() {
  const [fresh, setFresh] = useState('');
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  /** @type {import('../base/list.js').List<Invite>} */
  const invites = list('/invites?limit=50');
  const shown = invites.items.value;
  useEffect(() => void invites.reload(), []);

  /** @param {Invite & { code: string, link: string }} made */
  const onMade = ({ code: _, link, ...invite }) => {
    invites.prepend(invite);
    // Without a public address in its settings, the server knows only the end of it.
    setFresh(new URL(link, location.origin).href);
  };
  const done = () => {
    setFresh('');
    title.current?.focus();
  };
  /** @param {Invite} invite */
  const revoke = async (invite) => {
    try {
      await remove(`/invites/${invite.id}`);
      invites.change(invite.id, () => null);
      title.current?.focus();
      say('The invite is taken back.');
    } catch (problem) {
      complain(problem);
    }
  };
  return html`<p class="quiet">Where registration is by invite, these let people in. Where it is open, nobody needs one; where it is closed, none helps.</p>
    ${fresh ? html`<${Fresh} link=${fresh} onDone=${done} />` : html`<${Make} onMade=${onMade} />`}
    <h2 ref=${title} tabindex="-1">Invites</h2>
    ${!shown && (invites.problem.value ? html`<${Wrong} problem=${invites.problem.value} onRetry=${invites.reload} />` : html`<${Skeleton} lines=${4} />`)}
    ${shown?.length === 0 && html`<${Empty} icon="ticket" title="No invites"><p>Those that you make are listed here, until 30 days after they ended.</p><//>`}
    ${shown && shown.length > 0 && html`<ul class="panel admin-rows">${shown.map((invite) => html`<${Row} key=${invite.id} invite=${invite} onRevoke=${() => revoke(invite)} />`)}</ul><${ListEnd} list=${invites} />`}`;
}

// Registering: freely where the community is open, with an invite, or as the first one, with the code of the set-up link.
// A code comes in the fragment of the address, which browsers send to nobody, and goes to the server in the body of one request.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { Problem } from '../base/api.js';
import { useTitle } from '../base/page.js';
import { go, place } from '../base/router.js';
import { account, register } from '../base/session.js';
import { Field, Trouble, useForm } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { Empty } from '../parts/states.js';
import { say } from '../parts/toast.js';
import { PasswordField } from './password.js';
import { insist, placed } from './refusals.js';
import { Submit } from './submit.js';

/** @typedef {'invite' | 'setup_code'} Secret */

const WORDS = {
  open: { icon: 'flame', title: 'Join this community', lead: 'A name, an address, a password: that is all.', button: 'Join' },
  invite: { icon: 'ticket', title: 'You are invited', lead: 'Choose a name and a password, and you are in.', button: 'Join' },
  needed: { icon: 'ticket', title: 'Join with an invite', lead: 'This community takes new members by invite. Ask somebody who is in for one.', button: 'Join' },
  setup_code: { icon: 'sparkles', title: 'Set up this community', lead: 'The first account becomes the admin. The link works once, and until the server is started again.', button: 'Make the admin account' },
};

/** What the fragment of the address brings along. @param {string} hash @returns {{ secret: Secret | null, code: string }} */
function codeIn(hash) {
  const [, kind, code = ''] = /^#(setup|invite)=(.+)$/.exec(hash) ?? [];
  return { secret: kind === 'setup' ? 'setup_code' : kind ? 'invite' : null, code };
}

/** The handle that the server makes of a name, unless somebody has it. @param {string} name */
function handleOf(name) {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_/, '');
  const slug = plain.slice(0, 24).replace(/_+$/, '');
  return slug.length < 3 ? `member_${slug}`.replace(/_+$/, '') : slug;
}

/** The code, where it is not known yet or was refused. @param {{ secret: Secret, code: string, wrong?: string }} props */
const CodeField = ({ secret, code, wrong }) => html`<${Field} name=${secret} label=${secret === 'invite' ? 'Invite' : 'Set-up code'} defaultValue=${code} autocomplete="off"
  autocapitalize="none" spellcheck=${false} hint=${secret === 'invite' ? 'The code that somebody gave you.' : 'The code that the server printed when it was started.'} wrong=${wrong} />`;

function Closed() {
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  // The form is gone, and the focus with it.
  useEffect(() => title.current?.focus(), []);
  return html`<h1 class="unseen" ref=${title} tabindex="-1">Closed for now</h1><${Empty} icon="lock" title="The door is closed for now">
    <p>This community takes no new members at present. Those who run it may open it again.</p>
    <p class="hero-ways"><a class="button primary" href="/">Look around</a><a class="button" href="/login">Log in</a></p><//>`;
}

/** @param {Account | null} user */
function welcome(user) {
  if (user?.role !== 'admin') return say(`Welcome, ${user?.name}. Your handle is @${user?.handle}.`);
  return say(`Welcome, ${user.name}. You are the admin here.`, { action: { label: 'Look after it', run: () => go('/admin') } });
}

export default function Join() {
  const brought = codeIn(place.value.hash);
  const [asked, ask] = useState(/** @type {Secret | null} */ (null));
  const [name, setName] = useState('');
  const [isClosed, setClosed] = useState(false);
  const secret = asked ?? brought.secret;
  const words = WORDS[asked === 'invite' && !brought.code ? 'needed' : secret ?? 'open'];
  useTitle(words.title);

  const { form, isBusy, wrongWith, trouble, problem } = useForm(async (values) => {
    const { email = '', password = '', handle = '', [secret ?? '']: typed = '' } = values;
    insist({ name, email, password });
    const code = typed.trim() || (asked ? '' : brought.code);
    try {
      await register({ name, email, password, ...(handle.trim() && { handle: handle.trim().replace(/^@/, '').toLowerCase() }), ...(secret && code && { [secret]: code }) });
    } catch (error) {
      const refused = error instanceof Problem ? error.code : '';
      if (refused === 'registration_closed') return setClosed(true);
      const missing = /invite/.test(refused) ? 'invite' : refused === 'setup_code_required' ? 'setup_code' : null;
      if (missing) {
        ask(missing);
        // The field is there after this, and can be led to.
        await new Promise((drawn) => setTimeout(drawn, 50));
      }
      throw placed(error);
    }
    // The code is used up: it stays neither in the address nor in the history.
    if (place.peek().path === '/join') go('/', { replace: true });
    welcome(account.peek());
    return undefined;
  });
  useEffect(() => {
    if (account.value && place.peek().path === '/join') go('/', { replace: true });
  }, []);

  if (isClosed) return html`<${Closed} />`;
  /** @param {Event} event */
  const onName = (event) => setName(/** @type {HTMLInputElement} */ (event.target).value);
  return html`<section class="panel account-door">
    <header class="account-head"><span class="empty-icon"><${Icon} name=${words.icon} size=${28} /></span>
      <h1>${words.title}</h1><p class="quiet">${words.lead}</p></header>
    <form class="form" ...${form}>
      ${asked && html`<${CodeField} secret=${asked} code=${brought.code} wrong=${wrongWith(asked)} />`}
      <${Field} label="Name" name="name" autocomplete="name" required maxlength="80" dir="auto" hint="What others see. It need not be your real one." wrong=${wrongWith('name')} onInput=${onName} />
      <${Field} label="Handle (optional)" name="handle" autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="31" placeholder=${name.trim() ? handleOf(name) : ''}
        hint=${name.trim() ? `Left empty: @${handleOf(name)}, with a number behind it where somebody has that.` : 'A short name for your page and for mentions; made from your name if left empty.'} wrong=${wrongWith('handle')} />
      <${Field} label="E-mail address" name="email" type="email" autocomplete="email" autocapitalize="none" required maxlength="254" hint="To log in with. Nobody else sees it." wrong=${wrongWith('email')} />
      <${PasswordField} isNew wrong=${wrongWith('password')} />
      <${Trouble} text=${trouble} />
      <${Submit} label=${words.button} isBusy=${isBusy} problem=${problem} />
    </form>
    ${secret !== 'setup_code' && html`<p class="account-other">A member already? <a href="/login">Log in</a></p>`}
  </section>`;
}

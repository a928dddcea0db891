// Logging in.

import { html, useEffect } from '../vendor/preact.js';
import { useTitle } from '../base/page.js';
import { go, place } from '../base/router.js';
import { account, logIn } from '../base/session.js';
import { Field, Trouble, useForm } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { PasswordField } from './password.js';
import { insist } from './refusals.js';
import { Submit } from './submit.js';

/** Where to go afterwards: an address of this app and of no other. @param {string | null | undefined} wanted */
const after = (wanted) => (wanted && /^\/(?![/\\])/.test(wanted) ? wanted : '/');

/** @param {{ next?: string, query: URLSearchParams }} props `next`: the page that needs somebody to be signed in */
export default function LogIn({ next, query }) {
  useTitle('Log in');
  const { form, isBusy, wrongWith, trouble, problem } = useForm(async ({ email = '', password = '' }) => {
    insist({ email, password });
    await logIn({ email, password });
    if (place.peek().path === '/login') go(after(query.get('next')), { replace: true });
  });
  useEffect(() => {
    if (account.value && place.peek().path === '/login') go(after(query.get('next')), { replace: true });
  }, []);
  const words = problem?.code === 'banned' ? 'This account is banned. Ask those who run this community about it.'
    : problem?.status === 429 ? 'Too many tries in a short time. The button counts down until you can go on.' : trouble;
  const isNeeded = next || query.get('next');
  return html`<section class="panel account-door">
    <header class="account-head"><span class="empty-icon"><${Icon} name="flame" size=${28} /></span>
      <h1>Welcome back</h1>
      <p class="quiet">${isNeeded ? 'Log in to go on.' : 'Your place by the fire is still warm.'}</p></header>
    <form class="form" ...${form}>
      <${Field} label="E-mail address" name="email" type="email" autocomplete="username" autocapitalize="none" required wrong=${wrongWith('email')} />
      <${PasswordField} wrong=${wrongWith('password')} />
      <${Trouble} text=${words} />
      <${Submit} label="Log in" isBusy=${isBusy} problem=${problem} />
    </form>
    <p class="account-other">New here? <a href="/join">Join this community</a></p>
  </section>`;
}

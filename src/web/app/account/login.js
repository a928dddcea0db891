// Logging in.

import { html, useEffect } from '../vendor/preact.js';
import { useTitle } from '../base/page.js';
import { go, place } from '../base/router.js';
import { account, logIn } from '../base/session.js';
import { Field, Trouble, useForm } from '../parts/form.js';

/** Where to go afterwards: an address of this app and of no other. @param {string | null | undefined} wanted */
const after = (wanted) => (wanted && /^\/(?![/\\])/.test(wanted) ? wanted : '/');

/** @param {{ next?: string, query: URLSearchParams }} props `next`: the page that needs somebody to be signed in */
export default function LogIn({ next, query }) {
  useTitle('Log in');
  const { form, isBusy, trouble } = useForm(async ({ email = '', password = '' }) => {
    await logIn({ email, password });
    if (place.peek().path === '/login') go(after(query.get('next')), { replace: true });
  });
  useEffect(() => {
    if (account.value && place.peek().path === '/login') go(after(query.get('next')), { replace: true });
  }, []);
  return html`<section class="panel narrow">
    <h1>Welcome back</h1>
    ${next && html`<p class="quiet">Log in to see this page.</p>`}
    <form class="form" ...${form}>
      <${Field} label="E-mail address" name="email" type="email" autocomplete="username" required />
      <${Field} label="Password" name="password" type="password" autocomplete="current-password" required />
      <${Trouble} text=${trouble} />
      <div class="form-actions"><button class="button primary" disabled=${isBusy}>${isBusy ? 'One moment…' : 'Log in'}</button>
        <span class="quiet">New here? <a href="/join">Join</a></span></div>
    </form>
  </section>`;
}

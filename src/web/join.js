// Registering: the first account, with the code of the set-up link, or one more, with an invite. The code came in the
// fragment of the address, which browsers send to nobody, and goes to the server in the body of one request.

const DOORS = {
  setup: {
    title: 'Set up this community',
    lead: 'The first account becomes the admin. The link works once, and until the server is started again.',
    button: 'Make the admin account',
    field: 'setup_code',
  },
  invite: {
    title: 'Join this community',
    lead: 'Somebody invited you. Choose a name and a password, and you are in.',
    button: 'Join',
    field: 'invite',
  },
};

const FIELDS = [
  { name: 'name', label: 'Name', hint: 'What others see.', type: 'text', autocomplete: 'name', minlength: 2, maxlength: 80 },
  { name: 'email', label: 'E-mail address', hint: 'To sign in with. Nobody else sees it.', type: 'email', autocomplete: 'email', maxlength: 254 },
  { name: 'password', label: 'Password', hint: 'At least 8 characters. A sentence is a good one.', type: 'password', autocomplete: 'new-password', minlength: 8, maxlength: 128 },
];

/** What `#setup=CODE` or `#invite=CODE` asks for; nothing for other addresses. */
export function doorOf(hash) {
  const [, kind, code] = /^#(setup|invite)=(.+)$/.exec(hash) ?? [];
  return kind && { kind: 'join', door: kind, code };
}

function field(el, { name, label, hint, ...attributes }) {
  const input = el('input', { id: `join-${name}`, name, required: 'required', 'aria-describedby': `join-${name}-hint`, ...attributes });
  return el('p', { class: 'field' },
    el('label', { for: input.id }, label), input,
    el('span', { class: 'quiet', id: `join-${name}-hint` }, hint));
}

/** Says below a field, or above the form, what is wrong, and leads there. */
function complain(form, box, problem) {
  for (const { name, hint } of FIELDS) {
    const wrong = problem.errors?.find((error) => error.field === name);
    const input = form.elements[name];
    input.toggleAttribute('aria-invalid', Boolean(wrong));
    document.getElementById(`join-${name}-hint`).textContent = wrong ? `It ${wrong.message}.` : hint;
  }
  box.textContent = problem.errors?.length ? 'Look at what is marked.' : `${problem.title}. ${problem.detail ?? ''}`;
  (form.querySelector('[aria-invalid]') ?? box).focus();
}

const send = (path, options) => fetch(`/api/v1/auth/${path}`, { method: 'POST', ...options });

async function register(body) {
  const unreachable = { title: 'The server cannot be reached', detail: 'Try again in a moment.' };
  const answer = await send('register', { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).catch(() => null);
  const said = await answer?.json().catch(() => ({ title: 'The answer could not be read' })) ?? unreachable;
  if (!answer?.ok) return { problem: said };
  // This page keeps nobody signed in, so the session that came with the account ends here.
  await send('logout', { headers: { authorization: `Bearer ${said.access_token}` } }).catch(() => null);
  return { user: said.user };
}

/** The view: a form, and in its place a welcome once the account is made. */
export function join(el, { door, code }) {
  const { title, lead, button, field: secret } = DOORS[door];
  const box = el('p', { class: 'wrong', role: 'alert', tabindex: '-1' });
  const submit = el('button', { class: 'button', type: 'submit' }, button);
  const form = el('form', { class: 'post form', novalidate: 'novalidate' },
    el('h1', { tabindex: '-1' }, title), el('p', { class: 'quiet' }, lead), box,
    FIELDS.map((one) => field(el, one)), submit);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const { user, problem } = await register({ ...Object.fromEntries(new FormData(form)), [secret]: code });
    submit.disabled = false;
    if (problem) return complain(form, box, problem);
    // The code is used up: it does not stay in the address or in the history.
    history.replaceState(null, '', '#/');
    const done = el('h1', { tabindex: '-1' }, `Welcome, ${user.name}`);
    form.replaceWith(el('section', { class: 'post form' }, done,
      el('p', {}, `Your account @${user.handle} is made${user.role === 'admin' ? ', and you are the admin' : ''}.`),
      el('p', { class: 'quiet' }, 'You can sign in with the address and the password that you chose.'),
      el('p', { class: 'row' }, el('a', { href: '#/' }, 'See the posts'), el('a', { href: '/docs' }, 'Sign in through the API'))));
    done.focus();
  });
  return { title, nodes: [form], said: title };
}

// The web app of Hearth. `shell/pages.js` lists every page; what pages have in common is in `base` (the server, the session,
// the address), `parts` (what they are put together from) and `shell` (the frame around them).

import { html, render } from './vendor/preact.js';
import { go, listen } from './base/router.js';
import { refreshAccount } from './base/session.js';
import { Shell } from './shell/shell.js';

// The links that a server prints for its first admin, and that invites are: the code stays in the fragment, which browsers
// send to nobody.
if (/^#(setup|invite)=/.test(location.hash) && location.pathname !== '/join') go(`/join${location.hash}`, { replace: true });

listen();
refreshAccount();

const root = document.getElementById('app');
if (root) render(html`<${Shell} />`, root);

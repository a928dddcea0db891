// How the connection is, where that matters to what one does.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { Icon } from '../parts/icon.js';
import { connectNow } from './connection.js';
import { link } from './line.js';

/** How long a short break goes without a word, and how long it is said that it is over, in milliseconds. */
const PATIENCE = 1000;
const SAID = 4000;

export function LinkState() {
  const now = link.value;
  const [shown, show] = useState(now === 'connecting' ? '' : now);
  const wasLost = useRef(false);
  useEffect(() => {
    if (now === 'offline' || now === 'refused') wasLost.current = true;
    if (now === 'online' && !wasLost.current) return show('online');
    if (now === 'online') show('back');
    if (now === 'online') wasLost.current = false;
    if (now === 'offline' || now === 'refused') return show(now);
    const timer = setTimeout(() => show(now), now === 'online' ? SAID : PATIENCE);
    return () => clearTimeout(timer);
  }, [now]);
  return html`<div class="chat-link" role="status">
    ${shown === 'connecting' && html`<p><${Icon} name="refresh-cw" size=${16} />Connecting…</p>`}
    ${shown === 'offline' && html`<p class="lost"><${Icon} name="wifi-off" size=${16} /><span>You are offline. Messages wait and are sent when you are back.</span><button type="button" class="link" onClick=${connectNow}>Try now</button></p>`}
    ${shown === 'refused' && html`<p class="lost"><${Icon} name="circle-alert" size=${16} /><span>The server takes no more connections of yours: close another window, and try again.</span><button type="button" class="link" onClick=${connectNow}>Try again</button></p>`}
    ${shown === 'back' && html`<p class="found"><${Icon} name="check" size=${16} />Connected again.</p>`}
  </div>`;
}

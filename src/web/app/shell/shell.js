// The frame around every page.

import { html, signal, useEffect, useLayoutEffect, useState } from '../vendor/preact.js';
import { go, place } from '../base/router.js';
import { account, signedOutBecause } from '../base/session.js';
import { say, Toasts } from '../parts/toast.js';
import { loadFirstCategories } from './categories.js';
import { useKeys } from './keys.js';
import { Outlet } from './outlet.js';
import { Side } from './side.js';
import { Tabs } from './tabs.js';
import { Top } from './top.js';

const isWide = matchMedia('(min-width: 60rem)');

/** Whether the sidebar is shown: beside the page where there is room, over it where there is not. */
const isSideOpen = signal(isWide.matches && !document.cookie.includes('hearth_side=closed'));

function toggleSide() {
  isSideOpen.value = !isSideOpen.value;
  // A cookie, so that the server's document has room for it, or has not.
  if (isWide.matches) document.cookie = `hearth_side=${isSideOpen.value ? '' : 'closed'}; path=/; samesite=lax; max-age=${isSideOpen.value ? 0 : 34_560_000}`;
}

/** @param {string} selector */
function focusOn(selector) {
  const element = document.querySelector(selector);
  if (element instanceof HTMLElement) element.focus();
}

/** What lies over the page has the focus, and closing it gives it back. @param {boolean} isOver */
function useFocusInside(isOver) {
  useLayoutEffect(() => {
    if (!isOver) return undefined;
    focusOn('#side a');
    return () => {
      // Whoever went to another page by it has the focus there.
      if (document.activeElement === document.body || document.activeElement?.closest('#side, .shade')) focusOn('.side-button');
    };
  }, [isOver]);
}

/** Dialogs that are rarely asked for are loaded when they are. @type {Record<string, () => Promise<any>>} */
const DIALOGS = {
  help: async () => (await import('./help.js')).Help,
  find: async () => (await import('./find.js')).Find,
};

export function Shell() {
  const [dialog, setDialog] = useState(/** @type {{ Show: any } | null} */ (null));
  /** @param {string} name */
  const open = async (name) => setDialog({ Show: await DIALOGS[name]?.() });

  const showKeys = () => {
    if (!isWide.matches) isSideOpen.value = false;
    open('help');
  };

  useKeys([
    { keys: 'n or Ctrl+N', does: 'Write a new post', run: () => go('/new') },
    { keys: '/', does: 'Find people, categories and pages', run: () => open('find') },
    { keys: 'Ctrl+B', does: 'Show or hide the sidebar', run: toggleSide },
    { keys: '?', does: 'Show this list of keys', run: () => open('help') },
  ], []);

  useEffect(() => void loadFirstCategories(), [account.value?.id]);
  // Whoever is signed in hears of messages on every page. It waits until the first one is there.
  useEffect(() => {
    if (!account.value) return undefined;
    const listen = () => import('../chat/connection.js').catch(() => {
      timer = setTimeout(listen, 10_000);
    });
    let timer = setTimeout(listen, 1200);
    return () => clearTimeout(timer);
  }, [account.value?.id]);
  useEffect(() => {
    if (!signedOutBecause.value) return;
    say(signedOutBecause.value, { kind: 'problem', action: { label: 'Log in', run: () => go('/login') } });
    signedOutBecause.value = '';
  }, [signedOutBecause.value]);
  // Where there is no room beside the page any more it would lie over it.
  useEffect(() => {
    const onChange = () => {
      isSideOpen.value = isWide.matches;
    };
    isWide.addEventListener('change', onChange);
    return () => isWide.removeEventListener('change', onChange);
  }, []);
  // On a phone the sidebar lies over the page: going somewhere puts it away.
  useEffect(() => {
    if (!isWide.matches) isSideOpen.value = false;
  }, [place.value]);

  const isOver = isSideOpen.value && !isWide.matches;
  useFocusInside(isOver);
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === 'Escape' && isOver && !event.defaultPrevented) toggleSide();
  };
  return html`<div onKeyDown=${onKeyDown} class=${`app ${isSideOpen.value ? 'side-open' : ''}`}>
    <a class="skip" href="#main" inert=${isOver}>Skip to the content</a>
    <${Top} onSide=${toggleSide} isSideOpen=${isSideOpen.value} isInert=${isOver} onFind=${() => open('find')} />
    <div class="frame">
      <${Side} onKeys=${showKeys} />
      <button class="shade" aria-label="Close the sidebar" tabindex=${isSideOpen.value ? 0 : -1} onClick=${toggleSide}></button>
      <main id="main" tabindex="-1" inert=${isOver}><${Outlet} /></main>
    </div>
    <${Tabs} isInert=${isOver} />
    ${dialog && html`<${dialog.Show} onClose=${() => setDialog(null)} />`}
    <${Toasts} />
  </div>`;
}

// What can be done with a message, beside it.

import { html, useEffect, useLayoutEffect, useRef } from '../vendor/preact.js';
import { Icon } from '../parts/icon.js';

/** Emoji in reach. */
export const OFTEN = ['👍', '❤️', '😂', '😮', '😢', '🔥'];

/** @typedef {{ label: string, icon: string, run: () => void, isDangerous?: boolean }} Action */

/** @param {{ from: Element, label: string, mine: Set<string>, actions: (Action | false | null | undefined)[], onReact: (emoji: string) => void, onMoreEmoji: () => void, onClose: () => void }} props */
export function Actions({ from, label, mine, actions, onReact, onMoreEmoji, onClose }) {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const entries = () => /** @type {HTMLElement[]} */ ([...(root.current?.querySelectorAll('[role=menuitem], [role=menuitemcheckbox]') ?? [])]);
  const shown = /** @type {Action[]} */ (actions.filter(Boolean));

  // Below what it belongs to, or above where there is more room, and always within the window.
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const place = from.getBoundingClientRect();
    const [width, height] = [element.offsetWidth, element.offsetHeight];
    const isBelow = place.bottom + height + 8 < innerHeight || place.top < height + 8;
    const top = isBelow ? place.bottom + 4 : place.top - height - 4;
    const isEnd = place.left + place.width / 2 > innerWidth / 2;
    const left = isEnd ? place.right - width : place.left;
    element.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
    element.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  }, [from]);
  useEffect(() => {
    entries()[0]?.focus({ preventScroll: true });
    /** @param {Event} event */
    const onOutside = (event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) onClose();
    };
    document.addEventListener('pointerdown', onOutside);
    document.addEventListener('wheel', onOutside, { passive: true });
    return () => {
      document.removeEventListener('pointerdown', onOutside);
      document.removeEventListener('wheel', onOutside);
    };
  }, []);

  const back = () => {
    const focusable = from instanceof HTMLButtonElement ? from : from.closest('.chat-message');
    onClose();
    if (focusable instanceof HTMLElement) focusable.focus({ preventScroll: true });
  };
  /** @param {() => void} run */
  const choose = (run) => () => {
    back();
    run();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const all = entries();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, () => void>} */
    const moves = {
      ArrowDown: () => all[(at + 1) % all.length]?.focus(),
      ArrowRight: () => all[(at + 1) % all.length]?.focus(),
      ArrowUp: () => all.at(at - 1)?.focus(),
      ArrowLeft: () => all.at(at - 1)?.focus(),
      Home: () => all[0]?.focus(),
      End: () => all.at(-1)?.focus(),
      Escape: back,
      Tab: back,
    };
    event.stopPropagation();
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };
  return html`<div class="menu-list chat-actions" role="menu" aria-label=${label} ref=${root} onKeyDown=${onKeyDown}>
    <div class="chat-often" role="group" aria-label="React">
      ${OFTEN.map((emoji) => html`<button type="button" key=${emoji} role="menuitemcheckbox" aria-checked=${mine.has(emoji)} tabindex="-1" aria-label=${`React with ${emoji}`} onClick=${choose(() => onReact(emoji))}>${emoji}</button>`)}
      <button type="button" role="menuitem" tabindex="-1" aria-label="Another emoji" onClick=${choose(onMoreEmoji)}><${Icon} name="plus" size=${18} /></button>
    </div>
    ${shown.map(({ label: words, icon, run, isDangerous }) => html`<button type="button" key=${words} role="menuitem" tabindex="-1" class=${isDangerous ? 'dangerous' : ''} onClick=${choose(run)}><${Icon} name=${icon} size=${18} /><span>${words}</span></button>`)}
  </div>`;
}

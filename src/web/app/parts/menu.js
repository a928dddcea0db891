// A button with a menu (the menu button pattern of the ARIA Authoring Practices Guide).

import { html, useEffect, useId, useRef, useState } from '../vendor/preact.js';
import { Icon } from './icon.js';

/** @typedef {{ label: string, icon?: string, run?: () => void, href?: string, isDangerous?: boolean }} Item */

/** @param {{ label: string, items: (Item | false | null | undefined)[], children?: any, class?: string, align?: 'start' | 'end' }} props */
export function Menu({ label, items, children, class: className = 'quiet-button', align = 'end' }) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  const shown = /** @type {Item[]} */ (items.filter(Boolean));
  const entries = () => /** @type {HTMLElement[]} */ ([...(root.current?.querySelectorAll('[role=menuitem]') ?? [])]);

  useEffect(() => {
    if (!isOpen) return undefined;
    entries()[0]?.focus();
    /** @param {Event} event */
    const onOutside = (event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', onOutside);
    return () => document.removeEventListener('pointerdown', onOutside);
  }, [isOpen]);

  const close = () => {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (!isOpen) return;
    const all = entries();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, () => void>} */
    const moves = {
      ArrowDown: () => all[(at + 1) % all.length]?.focus(),
      ArrowUp: () => all.at(at - 1)?.focus(),
      Home: () => all[0]?.focus(),
      End: () => all.at(-1)?.focus(),
      Escape: close,
      Tab: () => setOpen(false),
    };
    const move = moves[event.key];
    event.stopPropagation();
    if (!move) return;
    if (event.key !== 'Tab') event.preventDefault();
    move();
  };
  /** @param {Item} item */
  const entry = (item) => {
    const inside = html`${item.icon && html`<${Icon} name=${item.icon} size=${18} />`}<span>${item.label}</span>`;
    const common = { role: 'menuitem', tabindex: -1, class: item.isDangerous ? 'dangerous' : '' };
    if (item.href) return html`<a ...${common} href=${item.href} onClick=${() => setOpen(false)}>${inside}</a>`;
    return html`<button ...${common} type="button" onClick=${() => { close(); item.run?.(); }}>${inside}</button>`;
  };
  return html`<span class=${`menu ${align}`} ref=${root} onKeyDown=${onKeyDown}>
    <button type="button" class=${className} aria-label=${label} aria-haspopup="menu" aria-expanded=${isOpen} aria-controls=${isOpen ? id : undefined}
      onClick=${() => setOpen(!isOpen)}>${children ?? html`<${Icon} name="ellipsis" />`}</button>
    ${isOpen && html`<div class="menu-list" role="menu" id=${id} aria-label=${label}>${shown.map(entry)}</div>`}
  </span>`;
}

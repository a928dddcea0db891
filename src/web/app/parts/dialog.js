// A dialog, as the browser makes them: what is behind it cannot be reached, Escape closes it, and the focus goes back.

import { html, useEffect, useId, useRef } from '../vendor/preact.js';
import { Icon } from './icon.js';

/** @param {{ title: string, onClose: () => void, children?: any, wide?: boolean }} props */
export function Dialog({ title, onClose, children, wide = false }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    // The browser would begin with the button that closes it.
    const first = dialog?.querySelector('[data-first]');
    if (first instanceof HTMLElement) first.focus();
    return () => {
      // While it is open, nothing behind it takes the focus.
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  /** @param {MouseEvent} event */
  const onClick = (event) => event.target === element.current && onClose();
  /** @param {Event} event */
  const onCancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${element} class=${wide ? 'wide' : ''} aria-labelledby=${id} onCancel=${onCancel} onMouseDown=${onClick}>
    <div class="dialog-inside">
      <header class="dialog-head"><h2 id=${id}>${title}</h2>
        <button class="quiet-button" aria-label="Close" onClick=${onClose}><${Icon} name="x" /></button></header>
      ${children}
    </div>
  </dialog>`;
}

/** Asks whether something is really wanted. @param {{ title: string, children?: any, action: string, isDangerous?: boolean, onConfirm: () => void, onClose: () => void }} props */
export function Confirm({ title, children, action, isDangerous = false, onConfirm, onClose }) {
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <div class="dialog-body">${children}</div>
    <div class="dialog-actions">
      <button class="button" onClick=${onClose}>Cancel</button>
      <button class=${`button primary ${isDangerous ? 'dangerous' : ''}`} onClick=${() => { onClose(); onConfirm(); }}>${action}</button>
    </div>
  <//>`;
}

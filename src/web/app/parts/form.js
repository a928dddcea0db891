// Forms: fields with labels and hints, and what the server finds wrong with them, said where it is.

import { html, useId, useRef, useState } from '../vendor/preact.js';
import { Problem } from '../base/api.js';
import { Icon } from './icon.js';

/** The field that `field` is a part of: `tags` where it is `tags[2]`. @param {string} field */
const placeOf = (field) => field.replace(/[.[].*$/, '');

/** What one types `field` into. @param {HTMLFormElement | null} form @param {string} field */
function inputs(form, field) {
  const found = form?.elements.namedItem(placeOf(field));
  const all = found instanceof RadioNodeList ? [...found] : [found];
  return all.filter((input) => input instanceof HTMLElement);
}

/** A form that is sent by `submit`. What is wrong with a field stands below it, all else above the button.
 * @param {(values: Record<string, string>, form: HTMLFormElement) => Promise<void>} submit */
export function useForm(submit) {
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  /** @param {Event} event */
  const onSubmit = async (event) => {
    event.preventDefault();
    if (isBusy || !form.current) return;
    setBusy(true);
    setProblem(null);
    const values = Object.fromEntries([...new FormData(form.current)].map(([name, value]) => [name, String(value)]));
    try {
      await submit(values, form.current);
    } catch (error) {
      const wrong = error instanceof Problem ? error : new Problem(0, 'unknown', 'That did not work. Try again.');
      setProblem(wrong);
      const [first] = wrong.fields.flatMap(({ field }) => inputs(form.current, field));
      first?.focus();
    } finally {
      setBusy(false);
    }
  };
  /** @param {string} name */
  const wrongWith = (name) => problem?.fields.find(({ field }) => placeOf(field) === name)?.message;
  const hasOwnPlace = problem?.fields.some(({ field }) => inputs(form.current, field).length) ?? false;
  const trouble = problem && !hasOwnPlace
    ? [problem.message, ...problem.fields.map(({ field, message }) => `${field} ${message}`)].join(' ')
    : '';
  return { form: { ref: form, onSubmit, novalidate: true }, isBusy, wrongWith, trouble, problem };
}

/** What is wrong with the whole. @param {{ text: string }} props */
export const Trouble = ({ text }) => html`<p class="trouble" role="alert">${text && html`<${Icon} name="circle-alert" /><span>${text}</span>`}</p>`;

/** A field with its label. All else goes to the input.
 * @param {{ label: string, name: string, hint?: string, wrong?: string, multiline?: boolean, [attribute: string]: any }} props */
export function Field({ label, name, hint, wrong, multiline = false, ...attributes }) {
  const id = useId();
  const described = hint || wrong ? `${id}-hint` : undefined;
  const common = { id, name, 'aria-describedby': described, 'aria-invalid': wrong ? 'true' : undefined, ...attributes };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${multiline ? html`<textarea ...${common}></textarea>` : html`<input type="text" ...${common} />`}
    ${(hint || wrong) && html`<span class=${wrong ? 'wrong' : 'hint'} id=${described}>${wrong ? `It ${wrong}.` : hint}</span>`}
  </div>`;
}

/** A switch with words that say what it does. @param {{ label: string, hint?: string, name?: string, checked: boolean, onChange: (isOn: boolean) => void }} props */
export function Switch({ label, hint, name, checked, onChange }) {
  const id = useId();
  /** @param {Event} event */
  const changed = (event) => onChange(/** @type {HTMLInputElement} */ (event.target).checked);
  return html`<div class="switch">
    <input type="checkbox" role="switch" id=${id} name=${name} checked=${checked} aria-describedby=${hint ? `${id}-hint` : undefined} onChange=${changed} />
    <label for=${id}>${label}</label>
    ${hint && html`<span class="hint" id=${`${id}-hint`}>${hint}</span>`}
  </div>`;
}

import { html } from '../vendor/preact.js';

export default function Page() {
  return html`<h1>Soon</h1>`;
}

// Light or dark.

import { html } from '../vendor/preact.js';
import { Icon } from '../parts/icon.js';
import { setTheme, theme } from '../shell/theme.js';

/** @type {[import('../shell/theme.js').Theme, string, string][]} */
const CHOICES = [['', 'As the device', 'sun-moon'], ['light', 'Light', 'sun'], ['dark', 'Dark', 'moon']];

export function LooksPart() {
  return html`<section class="panel" id="looks" aria-labelledby="looks-title">
    <h2 id="looks-title">Looks</h2>
    <fieldset class="account-looks"><legend class="quiet">On this device, Hearth looks</legend>
      ${CHOICES.map(([value, label, icon]) => html`<label key=${label} class="account-look">
        <input type="radio" name="theme" value=${value} checked=${theme.value === value} onChange=${() => setTheme(value)} />
        <${Icon} name=${icon} size=${22} /><span>${label}</span></label>`)}
    </fieldset>
  </section>`;
}

// The picture of somebody, or their initials on a colour that is always the same for them.

import { html } from '../vendor/preact.js';
import { Icon } from './icon.js';
import { Picture } from './picture.js';

/** @param {string} name */
const initials = (name) => {
  const letters = name.split(/\s+/u).flatMap((word) => word.match(/\p{L}|\p{N}/u)?.[0] ?? []);
  return [letters[0], letters.length > 1 ? letters.at(-1) : ''].join('').toUpperCase();
};

/** @param {string} id */
const tint = (id) => [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % 6;

/** @param {{ user: UserSummary | null, size?: 's' | 'm' | 'l' | 'xl' }} props `user` is null for who is anonymous */
export function Avatar({ user, size = 'm' }) {
  if (!user) return html`<span class=${`avatar ${size} masked`} aria-hidden="true"><${Icon} name="venetian-mask" /></span>`;
  // Initials are a picture as well, made by the style sheet: as text they would belong to the name of whatever is around them.
  return html`<span class=${`avatar ${size} tint-${tint(user.id)}`} aria-hidden="true" data-initials=${user.avatar ? undefined : initials(user.name)}>
    ${user.avatar && html`<${Picture} src=${user.avatar} alt="" />`}</span>`;
}

/** A name that leads to the profile. @param {{ user: UserSummary | null }} props */
export function Name({ user }) {
  if (!user) return html`<span class="name">Anonymous</span>`;
  if (user.handle === '[deleted]') return html`<span class="name gone">Somebody who left</span>`;
  return html`<a class="name" href=${`/u/${user.handle}`}><bdi>${user.name}</bdi></a>`;
}

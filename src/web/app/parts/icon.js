// Icons: pictures for the eye alone, so whatever has one has words as well.

import { h } from '../vendor/preact.js';
import { ICONS } from '../vendor/icons.js';

/** @param {{ name: string, size?: number, filled?: boolean }} props */
export function Icon({ name, size = 20, filled = false }) {
  const shapes = (ICONS[name] ?? []).map(([element, attributes]) => h(element, attributes));
  return h('svg', {
    class: 'icon', width: size, height: size, viewBox: '0 0 24 24', fill: filled ? 'currentColor' : 'none', stroke: 'currentColor',
    'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true', focusable: 'false',
  }, ...shapes);
}

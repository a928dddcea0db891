// A figure and its last hour: a line to look at, to point at, and to walk along with the arrow keys.

import { h, html } from '../vendor/preact.js';

const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** The least time that a chart shows, in milliseconds. */
const LEAST = 10 * 60_000;

/** The height that the lines are drawn in; the width is 1000. */
const HEIGHT = 100;

/** A round number that is not less. @param {number} most */
function ceiling(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 3, 5, 7.5, 10].map((step) => step * power).find((step) => step >= most) ?? most;
}

/** @typedef {{ at: number, value: number | null }} Sample */

/** The samples in pieces without gaps. @param {Sample[]} samples */
function pieces(samples) {
  /** @type {{ at: number, value: number }[][]} */
  const found = [[]];
  for (const { at, value } of samples) {
    if (value === null) found.push([]);
    else found.at(-1)?.push({ at, value });
  }
  return found.filter((piece) => piece.length);
}

/** @param {{ samples: Sample[], from: number, to: number, most: number }} props */
function Lines({ samples, from, to, most }) {
  /** @param {{ at: number, value: number }} sample */
  const place = ({ at, value }) => `${(((at - from) / (to - from)) * 1000).toFixed(1)} ${(HEIGHT - (value / most) * HEIGHT).toFixed(2)}`;
  const all = pieces(samples);
  // One sample alone is a dot: a line of no length has round ends.
  const line = all.map((piece) => `M${piece.map(place).join('L')}${piece.length === 1 ? 'h.1' : ''}`).join('');
  const area = all.filter((piece) => piece.length > 1).map((piece) => {
    const [first, last] = [piece[0], piece.at(-1)];
    if (!first || !last) return '';
    return `M${place({ ...first, value: 0 })}L${piece.map(place).join('L')}L${place({ ...last, value: 0 })}Z`;
  }).join('');
  return h('svg', { class: 'chart-lines', viewBox: `0 0 1000 ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    h('path', { class: 'chart-grid', d: `M0 0H1000M0 ${HEIGHT / 2}H1000M0 ${HEIGHT}H1000` }),
    h('path', { class: 'chart-area', d: area }), h('path', { class: 'chart-line', d: line }));
}

/** @typedef {object} ChartProps
 * @property {string} title @property {string} figure how much it is now @property {any} detail
 * @property {Sample[]} samples @property {(value: number | null) => string} format
 * @property {number} least the least that the scale goes up to @property {boolean} [isTroubled]
 * @property {import('../vendor/preact.js').Signal<number | null>} looked the moment that is pointed at, in this chart or another */

/** @param {ChartProps} props */
export function Chart({ title, figure, detail, samples, format, least, isTroubled = false, looked }) {
  const to = samples.at(-1)?.at ?? Date.now();
  const from = Math.min(samples[0]?.at ?? to, to - LEAST);
  const most = ceiling(Math.max(least, ...samples.map(({ value }) => value ?? 0)));
  const at = looked.value === null ? -1 : nearest(samples, looked.value);
  const sample = samples[at];
  /** @param {PointerEvent} event */
  const point = (event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    looked.value = from + ((event.clientX - box.left) / box.width) * (to - from);
  };
  /** @param {Event} event */
  const walk = (event) => {
    looked.value = samples[Number(/** @type {HTMLInputElement} */ (event.target).value)]?.at ?? null;
  };
  const left = sample ? `${((sample.at - from) / (to - from)) * 100}%` : '0';
  const said = sample ?? samples.at(-1);
  const minutes = Math.round((to - from) / 60_000);
  return html`<section class=${`chart ${isTroubled ? 'troubled' : ''}`} aria-label=${title}>
    <h3>${title}</h3>
    <p class="chart-figure">${sample ? format(sample.value) : figure}</p>
    <p class="quiet">${sample ? `at ${CLOCK.format(sample.at)}` : detail}</p>
    <div class="chart-plot">
      <${Lines} samples=${samples} from=${from} to=${to} most=${most} />
      <span class="chart-most" aria-hidden="true">${format(most)}</span>
      ${sample && html`<span class="chart-cursor" style=${{ left }}></span>`}
      ${sample && sample.value !== null && html`<span class="chart-dot" style=${{ left, top: `${100 - (sample.value / most) * 100}%` }}></span>`}
      <input type="range" min="0" max=${Math.max(samples.length - 1, 0)} value=${at < 0 ? samples.length - 1 : at} aria-label=${`${title} over time`}
        aria-valuetext=${said ? `${CLOCK.format(said.at)}: ${format(said.value)}` : 'Nothing measured yet'}
        onInput=${walk} onPointerMove=${point} onPointerLeave=${() => (looked.value = null)} onBlur=${() => (looked.value = null)} />
    </div>
    <p class="chart-times" aria-hidden="true"><span>${minutes} min ago</span><span>now</span></p>
  </section>`;
}

/** @param {Sample[]} samples @param {number} at */
function nearest(samples, at) {
  let best = -1;
  for (const [index, sample] of samples.entries()) {
    if (best < 0 || Math.abs(sample.at - at) < Math.abs((samples[best]?.at ?? 0) - at)) best = index;
  }
  return best;
}

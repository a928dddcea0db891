// Times in words.

import { html, useEffect, useState } from '../vendor/preact.js';

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });
const DAY = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const DAY_OF_YEAR = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const WHOLE = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' });

/** How long ago, or the day where that is a week or more. @param {string} iso @param {number} [now] */
export function ago(iso, now = Date.now()) {
  const seconds = (Date.parse(iso) - now) / 1000;
  const past = Math.abs(seconds);
  if (past < 45) return 'just now';
  if (past < 45 * 60) return RELATIVE.format(Math.round(seconds / 60), 'minute');
  if (past < 22 * 3600) return RELATIVE.format(Math.round(seconds / 3600), 'hour');
  if (past < 7 * 86_400) return RELATIVE.format(Math.round(seconds / 86_400), 'day');
  return day(iso, now);
}

/** The day, with its year where that is another one. @param {string} iso @param {number} [now] */
export function day(iso, now = Date.now()) {
  const isThisYear = new Date(iso).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? DAY : DAY_OF_YEAR).format(new Date(iso));
}

/** Hours and minutes. @param {string} iso */
export const clock = (iso) => CLOCK.format(new Date(iso));

/** Day and time in full. @param {string} iso */
export const whole = (iso) => WHOLE.format(new Date(iso));

/** A time in words that stay right. @param {{ at: string }} props */
export function Time({ at }) {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((turn) => turn + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
  return html`<time datetime=${at} title=${whole(at)}>${ago(at)}</time>`;
}

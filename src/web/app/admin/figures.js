// Figures in words.

/** @param {number} value @param {number} [digits] */
const plain = (value, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });

/** A number with as many digits as say something. @param {number | null} value */
export const number = (value) => (value === null ? '–' : plain(value, value < 10 ? 1 : 0));

/** @param {number | null} value */
export const milliseconds = (value) => (value === null ? '–' : value >= 1000 ? `${plain(value / 1000, 1)} s` : `${plain(value, value < 10 ? 1 : 0)} ms`);

/** @param {number | null} share from 0 to 1 */
export const percent = (share) => (share === null ? '–' : `${plain(share * 100, share > 0 && share < 0.1 ? 1 : 0)}%`);

/** @param {number | null} count */
export function bytes(count) {
  if (count === null) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  const value = count / 1000 ** power;
  return `${plain(value, power > 0 && value < 10 ? 1 : 0)} ${units[power]}`;
}

/** @param {number | null} cores */
export const cores = (cores) => (cores === null ? '–' : plain(cores, 2));

/** How long something has been going on. @param {number} seconds */
export function span(seconds) {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

// What changed between two texts, word by word.

/** @typedef {{ kind: 'same' | 'added' | 'gone', text: string }} Part */

/** How many pairs are compared, at most: beyond that, lines are compared instead of words. */
const MOST = 8_000_000;

/** Where two lists have most in common (the longest common subsequence), as parts.
 * @param {string[]} old @param {string[]} now @returns {Part[]} */
function compare(old, now) {
  const width = now.length + 1;
  // How long the longest common subsequence of the rests is, from each place to the ends.
  const common = new Uint16Array((old.length + 1) * width);
  const at = (/** @type {number} */ i, /** @type {number} */ j) => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  /** @type {Part[]} */
  const parts = [];
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      parts.push({ kind: 'same', text: old[i++] ?? '' });
      j++;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) parts.push({ kind: 'gone', text: old[i++] ?? '' });
    else parts.push({ kind: 'added', text: now[j++] ?? '' });
  }
  return parts;
}

/** @param {string} text */
const words = (text) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+/gu) ?? [];

/** @param {string} text */
const lines = (text) => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

/** Neighbours of one kind as one; within a change, what goes stands before what comes. @param {Part[]} parts */
function joined(parts) {
  /** @type {Part[]} */
  const made = [];
  let gone = '';
  let added = '';
  const flush = () => {
    if (gone) made.push({ kind: 'gone', text: gone });
    if (added) made.push({ kind: 'added', text: added });
    gone = added = '';
  };
  for (const [index, { kind, text }] of parts.entries()) {
    // A lone blank between two changes would tear them apart.
    const isBlank = kind === 'same' && text === ' ' && (gone || added) && parts[index + 1] && parts[index + 1]?.kind !== 'same';
    if (kind === 'gone' || isBlank) gone += text;
    if (kind === 'added' || isBlank) added += text;
    if (kind !== 'same' || isBlank) continue;
    flush();
    const last = made.at(-1);
    if (last?.kind === 'same') last.text += text;
    else made.push({ kind, text });
  }
  flush();
  return made;
}

/** What became of `old` in `now`. @param {string} old @param {string} now @returns {Part[]} */
export function difference(old, now) {
  for (const cut of [words, lines]) {
    const [before, after] = [cut(old), cut(now)];
    let start = 0;
    while (start < before.length && start < after.length && before[start] === after[start]) start++;
    let end = 0;
    while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
    const [gone, added] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
    if (gone.length * added.length > MOST) continue;
    const head = before.slice(0, start).join('');
    const tail = before.slice(before.length - end).join('');
    /** @type {Part[]} */
    const all = [{ kind: 'same', text: head }, ...joined(compare(gone, added)), { kind: 'same', text: tail }];
    return all.filter(({ text }) => text);
  }
  return [{ kind: 'gone', text: old }, { kind: 'added', text: now }];
}

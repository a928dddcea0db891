// Holding the place in a log that grows at both ends: at its end one stays at the end, and anywhere else what one reads
// stays where it is.

import { signal, useEffect, useRef, useState } from '../vendor/preact.js';

/** So near to the end counts as the end, in pixels. */
const NEAR = 48;

/** A box that scrolls, and what is in it. */
export function useHold() {
  const [made] = useState(makeHold);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const inside = useRef(/** @type {HTMLElement | null} */ (null));
  made.box = box;
  useEffect(() => {
    // Pictures arrive, a keyboard opens, the window gets another size.
    const watcher = new ResizeObserver(() => made.settle());
    if (box.current) watcher.observe(box.current);
    if (inside.current) watcher.observe(inside.current);
    return () => watcher.disconnect();
  }, []);
  return { ...made, box, inside };
}

/** The first of `rows` that reaches below `top`: they stand below each other. @param {NodeListOf<Element>} rows @param {number} top */
function firstBelow(rows, top) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
    else low = middle + 1;
  }
  return rows[low];
}

function makeHold() {
  const isAtEnd = signal(true);
  /** What is read: a row, and where it stood. @type {{ row: Element, top: number, scrolled: number } | null} */
  let anchor = null;
  const hold = {
    box: /** @type {{ current: HTMLElement | null }} */ ({ current: null }),
    isAtEnd,
    /** Remembers where one is. */
    scrolled: () => {
      const box = hold.box.current;
      if (!box) return;
      isAtEnd.value = box.scrollHeight - box.clientHeight - box.scrollTop < NEAR;
      const { top } = box.getBoundingClientRect();
      const row = firstBelow(box.querySelectorAll('[data-seq]'), top);
      anchor = row ? { row, top: row.getBoundingClientRect().top, scrolled: box.scrollTop } : null;
    },
    /** Goes back there after something changed. */
    settle: () => {
      const box = hold.box.current;
      if (!box) return;
      if (isAtEnd.peek()) box.scrollTop = box.scrollHeight;
      else if (anchor?.row.isConnected) {
        // What one has scrolled since is no change.
        const shift = anchor.row.getBoundingClientRect().top - anchor.top + (box.scrollTop - anchor.scrolled);
        if (Math.abs(shift) > 0.5) box.scrollTop += shift;
      }
      hold.scrolled();
    },
    toEnd: () => {
      const box = hold.box.current;
      if (!box) return;
      box.scrollTop = box.scrollHeight;
      isAtEnd.value = true;
      hold.scrolled();
    },
    /** Puts a row at some share of the height. @param {HTMLElement} row @param {number} share */
    place: (row, share) => {
      const box = hold.box.current;
      if (!box) return;
      box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight * share;
      hold.scrolled();
    },
  };
  return hold;
}

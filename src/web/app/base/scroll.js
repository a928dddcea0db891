// How a page comes to the place where it should be.

/** What says that somebody scrolls by themselves. */
const HANDS = ['wheel', 'touchstart', 'pointerdown', 'keydown'];

/** How long a page may take to grow as long as it was, in milliseconds. */
const PATIENCE = 8000;

/** How pages move where nobody pulls them: not at all, for those who asked for that. @returns {ScrollBehavior} */
export const motion = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth');

/** Goes `y` pixels down. A list that was long may have yet to load what it had: its end comes near and it grows, until the place is
 * there again, or somebody goes elsewhere. @param {number} y @returns {() => void} ends it */
export function comeTo(y) {
  scrollTo(0, y);
  if (scrollY >= y - 1) return () => {};
  const growth = new ResizeObserver(() => {
    scrollTo(0, y);
    if (scrollY >= y - 1) stop();
  });
  const stop = () => {
    growth.disconnect();
    clearTimeout(timer);
    for (const kind of HANDS) removeEventListener(kind, stop);
  };
  const timer = setTimeout(stop, PATIENCE);
  growth.observe(document.body);
  for (const kind of HANDS) addEventListener(kind, stop, { passive: true });
  return stop;
}

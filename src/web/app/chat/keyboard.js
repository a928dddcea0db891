// A keyboard on the screen covers the lower part of the page: what one writes has to stay above it.

import { useEffect } from '../vendor/preact.js';

/** More than this is a keyboard, and not the bar of a browser, in pixels. */
const LEAST = 120;

/** Tells the style sheet how much is covered. @param {{ current: HTMLElement | null }} element */
export function useKeyboard(element) {
  useEffect(() => {
    const seen = window.visualViewport;
    if (!seen) return undefined;
    const measure = () => {
      const covered = Math.round(innerHeight - seen.height * seen.scale);
      const isOpen = covered > LEAST;
      element.current?.style.setProperty('--covered', `${isOpen ? covered : 0}px`);
      element.current?.toggleAttribute('data-keyboard', isOpen);
      // Some browsers push the page up to show the field, which is in sight already.
      if (isOpen) scrollTo(0, 0);
    };
    measure();
    seen.addEventListener('resize', measure);
    return () => seen.removeEventListener('resize', measure);
  }, []);
}

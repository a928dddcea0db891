// Whether there are newer posts than those on the page: asked now and then, answered without a body while there are none.

import { useEffect, useState } from '../vendor/preact.js';
import { get } from '../base/api.js';

/** How often it is asked, in milliseconds, while the page is looked at. */
const PAUSE = 20_000;

/** How many newer posts the feed at `path` has; 20 stands for many. @param {string} path @param {Post[] | null} posts */
export function useFresh(path, posts) {
  const [count, setCount] = useState(0);
  const isHere = posts !== null;
  const newest = posts?.reduce((latest, post) => (post.created_at > latest ? post.created_at : latest), '') ?? '';
  useEffect(() => {
    setCount(0);
    if (!isHere) return undefined;
    const look = async () => {
      if (document.hidden) return;
      try {
        const { items } = await get(path);
        setCount(items.filter((/** @type {Post} */ post) => post.created_at > newest).length);
      } catch {
        // It is asked again soon.
      }
    };
    const timer = setInterval(look, PAUSE);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [path, isHere, newest]);
  return count;
}

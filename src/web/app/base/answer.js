// One answer of the server's, for as long as a component is shown.

import { useCallback, useEffect, useRef, useState } from '../vendor/preact.js';
import { get } from './api.js';

/** @template T
 * @typedef {object} Answer
 * @property {T | null} value null until it is there
 * @property {import('./api.js').Problem | null} problem
 * @property {() => Promise<void>} reload asks again; what is shown stays until the answer is there
 * @property {(change: (now: T) => T) => void} change what `change` makes of it */

/** What the server has at `path`; nothing is asked without one. @template [T=any] @param {string | null} path @returns {Answer<T>} */
export function useAnswer(path) {
  const [value, setValue] = useState(/** @type {T | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const turn = useRef(0);
  const reload = useCallback(async () => {
    if (!path) return;
    const mine = ++turn.current;
    try {
      const next = await get(path);
      // A later question may have been answered earlier.
      if (mine !== turn.current) return;
      setValue(next);
      setProblem(null);
    } catch (error) {
      if (mine === turn.current) setProblem(error);
    }
  }, [path]);
  useEffect(() => {
    setValue(null);
    setProblem(null);
    reload();
    return () => void turn.current++;
  }, [path]);
  /** @param {(now: T) => T} make */
  const change = (make) => setValue((now) => (now === null ? now : make(now)));
  return { value, problem, reload, change };
}

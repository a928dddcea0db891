// Uploading pictures: one after the other as they are chosen, each with its progress, until a form is sent with their ids.

import { html, useEffect, useRef, useSignal } from '../vendor/preact.js';
import { notRenewed, Problem, problemOf, unreachable } from '../base/api.js';
import { access, forget, renewed, signedIn } from '../base/tokens.js';
import { Icon } from './icon.js';
import { Picture } from './picture.js';
import { say } from './toast.js';

/** What pictures may be. */
const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

/** How large a file may be, in bytes. */
const MAX_SIZE = 10 * 1024 * 1024;

/** @typedef {{ key: number, name: string, file: File | null, preview: string, media: Media | null, progress: number, problem: Problem | null }} Upload
 * `file` is null where it was uploaded earlier; `media` is null until it is there; `progress` goes from 0 to 1 */

/** @param {File} file */
function refusal(file) {
  if (!TYPES.includes(file.type)) return new Problem(415, 'unsupported_media_type', 'Only JPEG, PNG, WebP and GIF pictures can be shown here.');
  if (file.size > MAX_SIZE) return new Problem(413, 'body_too_large', 'This picture is larger than 10 MB.');
  return null;
}

/** Sends `file` once; `fetch` would not tell how far it is. @param {File} file @param {string | null} token
 *  @param {(share: number) => void} onProgress @param {AbortSignal} stop @returns {Promise<Response>} */
const attempt = (file, token, onProgress, stop) => new Promise((answered, failed) => {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append('file', file, file.name || 'picture');
  request.open('POST', '/api/v1/media');
  if (token) request.setRequestHeader('authorization', `Bearer ${token}`);
  request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
  request.onload = () => {
    const wait = request.getResponseHeader('retry-after');
    answered(new Response(request.responseText, { status: request.status, headers: wait ? { 'retry-after': wait } : {} }));
  };
  request.onerror = () => failed(unreachable());
  stop.addEventListener('abort', () => {
    request.abort();
    failed(stop.reason);
  });
  request.send(body);
});

/** Uploads a picture. What was cancelled fails with an `AbortError`. @param {File} file @param {(share: number) => void} [onProgress] told how much is sent, from 0 to 1
 *  @returns {{ done: Promise<Media>, cancel: () => void }} */
export function upload(file, onProgress = () => {}) {
  const stop = new AbortController();
  const run = async () => {
    const refused = refusal(file);
    if (refused) throw refused;
    const token = await access();
    let answer = await attempt(file, token, onProgress, stop.signal);
    const fresh = answer.status === 401 && token ? await renewed(token) : null;
    if (fresh) answer = await attempt(file, fresh, onProgress, stop.signal);
    if (answer.ok) return answer.json();
    // The session is over where fresh tokens are refused, too: what was sent without any says nothing about it.
    if (fresh && answer.status === 401) forget();
    else if (answer.status === 401 && signedIn.peek()) throw notRenewed();
    throw await problemOf(answer);
  };
  return { done: run(), cancel: () => stop.abort() };
}

/** The pictures among what was pasted, dropped or chosen. @param {DataTransfer | FileList | null | undefined} source */
export function picturesIn(source) {
  const files = source instanceof FileList ? source : source?.files;
  return [...(files ?? [])].filter((file) => file.type.startsWith('image/'));
}

/** The pictures that were pasted. Office programs put one beside the words that it shows: then the words are meant. Beside a file
 * there is its name at most. @param {DataTransfer | null} source */
export function picturesPasted(source) {
  const files = picturesIn(source);
  const words = source?.getData('text/plain') ?? '';
  return words && !files.some(({ name }) => words.includes(name)) ? [] : files;
}

let next = 1;

/** Pictures on their way, at most `max`. `first`: those that are there already.
 * @param {{ max?: number, first?: Media[] }} [options] */
export function useUploads({ max = 4, first = [] } = {}) {
  /** @param {Media} media @returns {Upload} */
  const known = (media) => ({ key: next++, name: '', file: null, preview: '', media, progress: 1, problem: null });
  const uploads = useSignal(/** @type {Upload[]} */ ([]));
  const running = useRef(/** @type {Map<number, () => void>} */ (new Map()));
  const queued = useRef(Promise.resolve());
  const isBegun = useRef(false);
  if (!isBegun.current) {
    isBegun.current = true;
    uploads.value = first.map(known);
  }
  /** @param {number} key @param {Partial<Upload>} part */
  const change = (key, part) => {
    uploads.value = uploads.value.map((one) => (one.key === key ? { ...one, ...part } : one));
  };
  /** @param {Upload} one */
  const start = async ({ key, file }) => {
    if (!file || !uploads.value.some((one) => one.key === key)) return;
    const { done, cancel } = upload(file, (progress) => change(key, { progress }));
    running.current.set(key, cancel);
    try {
      change(key, { media: await done, progress: 1 });
    } catch (error) {
      // One that was cancelled is not there any more.
      change(key, { problem: error instanceof Problem ? error : unreachable() });
    } finally {
      running.current.delete(key);
    }
  };
  /** The first of many is there sooner where the others wait. @param {Upload} one */
  const queue = (one) => {
    queued.current = queued.current.then(() => start(one));
  };
  /** @param {number} key */
  const remove = (key) => {
    running.current.get(key)?.();
    const gone = uploads.value.find((one) => one.key === key);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    uploads.value = uploads.value.filter((one) => one.key !== key);
  };
  const clear = () => uploads.value.forEach(({ key }) => remove(key));
  useEffect(() => clear, []);
  return {
    uploads, max, remove, clear,
    /** Begins anew with those that are there already. @param {Media[]} [media] */
    reset: (media = []) => {
      clear();
      uploads.value = media.map(known);
    },
    /** @param {File[]} files */
    add: (files) => {
      const room = max - uploads.value.length;
      if (files.length > room) say(max === 1 ? 'One picture is as many as fit here.' : `${max} pictures are as many as fit here.`, { kind: 'problem' });
      const added = files.slice(0, Math.max(room, 0)).map((file) => ({ ...known(/** @type {any} */ (null)), name: file.name, file, preview: URL.createObjectURL(file), progress: 0 }));
      uploads.value = [...uploads.value, ...added];
      added.forEach(queue);
    },
    /** @param {number} key */
    retry: (key) => {
      change(key, { problem: null, progress: 0 });
      const again = uploads.value.find((one) => one.key === key);
      if (again) queue(again);
    },
    /** @param {number} key @param {number} step */
    move: (key, step) => {
      const at = uploads.value.findIndex((one) => one.key === key);
      const moved = uploads.value[at];
      if (moved && uploads.value[at + step]) uploads.value = uploads.value.toSpliced(at, 1).toSpliced(at + step, 0, moved);
    },
    /** Those that are there, in order. */
    media: () => uploads.value.flatMap(({ media }) => media ?? []),
    /** Whether any is still being sent. */
    isBusy: () => uploads.value.some(({ media, problem }) => !media && !problem),
    /** Waits until none is on its way, also of those that are added meanwhile. */
    settled: async () => {
      for (let last; last !== queued.current;) await (last = queued.current);
    },
    /** Whether any could not be sent. */
    isBroken: () => uploads.value.some(({ problem }) => problem),
  };
}

/** @typedef {ReturnType<typeof useUploads>} Uploads */

/** A button that chooses pictures. @param {{ pictures: Uploads, label?: string, class?: string, children?: any }} props */
export function PictureButton({ pictures, label = 'Add pictures', class: className = 'button', children }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const chosen = () => {
    pictures.add(picturesIn(input.current?.files));
    // The same file can be chosen once more.
    if (input.current) input.current.value = '';
  };
  return html`<button type="button" class=${className} aria-label=${children ? label : undefined} disabled=${pictures.uploads.value.length >= pictures.max} onClick=${() => input.current?.click()}>
      ${children ?? html`<${Icon} name="image-plus" />${label}`}</button>
    <input type="file" hidden ref=${input} accept=${TYPES.join(',')} multiple=${pictures.max > 1} tabindex="-1" aria-label=${`${label}: files`} onChange=${chosen} />`;
}

/** What is wrong with a picture, in words for people. @param {Problem} problem */
const wordsOf = ({ message, fields }) => (fields.length ? fields.map((field) => `It ${field.message}.`).join(' ') : message);

/** One that is on its way, or there. @param {{ one: Upload, at: number, count: number, pictures: Uploads, onRemove: () => void }} props */
function Thumbnail({ one, at, count, pictures, onRemove }) {
  const { key, media, preview, progress, problem } = one;
  const label = count > 1 || pictures.max > 1 ? `picture ${at + 1}` : 'picture';
  const isThere = media !== null;
  return html`<li class=${`upload ${problem ? 'broken' : ''}`}>
    <span class="upload-picture">${preview ? html`<img src=${preview} alt=${one.name || label} />` : media && html`<${Picture} src=${media.thumbnail_url} alt=${label} isPrivate />`}
      ${!isThere && !problem && html`<progress max="1" value=${progress} aria-label=${`Sending ${label}`}></progress>`}</span>
    ${problem && html`<span class="wrong" role="alert">${wordsOf(problem)}</span>`}
    <span class="upload-actions">
      ${problem && one.file && html`<button type="button" class="quiet-button" aria-label=${`Try ${label} again`} onClick=${() => pictures.retry(key)}><${Icon} name="refresh-cw" size=${18} /></button>`}
      ${at > 0 && html`<button type="button" class="quiet-button" aria-label=${`Move ${label} forward`} onClick=${() => pictures.move(key, -1)}><${Icon} name="chevron-left" size=${18} /></button>`}
      ${at < count - 1 && html`<button type="button" class="quiet-button" aria-label=${`Move ${label} back`} onClick=${() => pictures.move(key, 1)}><${Icon} name="chevron-right" size=${18} /></button>`}
      <button type="button" class="quiet-button upload-remove" aria-label=${isThere || problem ? `Remove ${label}` : `Cancel ${label}`} onClick=${onRemove}><${Icon} name="x" size=${18} /></button>
    </span>
  </li>`;
}

/** The pictures of a form in a row. `onEmpty` finds a place for the focus when the last one is taken out.
 * @param {{ pictures: Uploads, onEmpty?: () => void }} props */
export function UploadRow({ pictures, onEmpty }) {
  const row = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = pictures.uploads.value;
  const sent = shown.filter(({ media, file }) => media && file).length;
  /** @param {number} at */
  const removed = (at) => () => {
    const key = shown[at]?.key;
    if (key === undefined) return;
    const buttons = [...(row.current?.querySelectorAll('.upload-remove') ?? [])];
    const near = buttons[at + 1] ?? buttons[at - 1];
    pictures.remove(key);
    if (near instanceof HTMLElement) near.focus();
    else onEmpty?.();
  };
  return html`<ul class="uploads" aria-label="Pictures" ref=${row} hidden=${shown.length === 0}>
      ${shown.map((one, at) => html`<${Thumbnail} key=${one.key} one=${one} at=${at} count=${shown.length} pictures=${pictures} onRemove=${removed(at)} />`)}
    </ul>
    <span class="unseen" role="status">${sent > 0 && !pictures.isBusy() ? `${sent === 1 ? 'The picture is' : `${sent} pictures are`} uploaded.` : ''}</span>`;
}

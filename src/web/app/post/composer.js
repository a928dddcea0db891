// The form in which posts are written and changed. What is typed is kept on this device at once.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { Problem } from '../base/api.js';
import { freshKey } from '../base/key.js';
import { Time } from '../base/time.js';
import { Icon } from '../parts/icon.js';
import { Field, Switch, Trouble, useForm } from '../parts/form.js';
import { Confirm } from '../parts/dialog.js';
import { PictureButton, picturesIn, picturesPasted, UploadRow, useUploads } from '../parts/upload.js';
import { TextField } from './composer-text.js';
import { CategoryPicker, TagField } from './composer-topics.js';
import { draftPlace, dropDraft, isEmpty, isSame, keepDraft, readDraft } from './draft.js';

/** Longest title, in characters. */
const MAX_TITLE = 200;

/** How long after the last key a draft is kept, in milliseconds. */
const PAUSE = 400;

const HIDES = 'Nobody sees who wrote this: not readers, not moderators. It is only in the server’s own store and its backups, which whoever runs this server could read. It can’t be changed afterwards.';

/** @typedef {import('./draft.js').Content} Content */

/** What is written, kept under `name` while it differs from `first`. @param {string} name @param {Content} first */
function useDraft(name, first) {
  // It stays that of whoever began it, also where they are signed out meanwhile.
  const [place] = useState(() => draftPlace(name));
  const [found] = useState(() => readDraft(place));
  const [content, setContent] = useState(/** @type {Content} */ (found?.content ?? first));
  const [restoredAt, setRestored] = useState(found?.saved_at ?? '');
  const [isKept, setKept] = useState(true);
  const key = useRef(found?.key ?? freshKey());
  const now = useRef(content);
  const isOver = useRef(false);
  now.current = content;
  const save = () => {
    if (isOver.current) return;
    if (isEmpty(now.current) || isSame(now.current, first)) dropDraft(place);
    else setKept(keepDraft(place, now.current, key.current));
  };
  useEffect(() => {
    const timer = setTimeout(save, PAUSE);
    return () => clearTimeout(timer);
  }, [content]);
  useEffect(() => {
    addEventListener('pagehide', save);
    return () => {
      removeEventListener('pagehide', save);
      save();
    };
  }, []);
  return {
    content, key, restoredAt, isKept,
    latest: () => now.current,
    /** @param {Partial<Content>} part */
    change: (part) => setContent((before) => ({ ...before, ...part })),
    /** Begins anew. */
    discard: () => {
      dropDraft(place);
      key.current = freshKey();
      setRestored('');
      setContent(first);
    },
    /** It is published: nothing is kept any more. */
    end: () => {
      isOver.current = true;
      dropDraft(place);
    },
  };
}

/** What is missing, said before the server is asked. @param {Content} content */
function check({ title, categories }) {
  const wrong = [];
  if (!title.trim()) wrong.push({ field: 'title', message: 'needs a few words' });
  if (!categories.length) wrong.push({ field: 'categories', message: 'needs at least one, so that people find it' });
  if (wrong.length) throw new Problem(422, 'validation_failed', '', wrong);
}

/** `name`: of the draft; `isNew`: whether it can still be anonymous; `publish` gets what was written and a key.
 * @param {{ heading: string, action: string, name: string, first: Content, isNew: boolean, publish: (content: Content, key: string) => Promise<void>, cancel: () => void }} props */
export function Composer({ heading, action, name, first, isNew, publish, cancel }) {
  const { content, latest, key, restoredAt, isKept, change, discard, end } = useDraft(name, first);
  const { title, body, categories, tags, anonymous } = content;
  const pictures = useUploads({ max: 4, first: content.images });
  const [isOver, setOver] = useState(false);
  const [isAsking, ask] = useState(false);
  const text = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const add = useRef(/** @type {HTMLElement | null} */ (null));
  const there = pictures.media();

  const { form, isBusy, wrongWith, trouble } = useForm(async () => {
    check(content);
    await pictures.settled();
    if (pictures.isBroken()) throw new Problem(0, 'broken', 'A picture could not be sent. Try it again, or take it out.');
    // What was typed while the pictures were on their way counts, too.
    await publish({ ...latest(), images: pictures.media() }, key.current);
    end();
  });
  useEffect(() => change({ images: there }), [there.map(({ id }) => id).join()]);

  const send = () => form.ref.current?.requestSubmit();
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
      event.preventDefault();
      send();
    }
  };
  /** @param {KeyboardEvent} event */
  const onTitleKey = (event) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
    // A title is no reason to publish.
    event.preventDefault();
    text.current?.focus();
  };
  /** @param {DragEvent} event */
  const onDragOver = (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  /** @param {DragEvent | ClipboardEvent} event */
  const onPictures = (event) => {
    setOver(false);
    const files = 'clipboardData' in event ? picturesPasted(event.clipboardData) : picturesIn(event.dataTransfer);
    if (!files.length) return;
    event.preventDefault();
    pictures.add(files);
  };
  /** @param {DragEvent} event */
  const onDragLeave = (event) => {
    if (!(event.relatedTarget instanceof Node) || !form.ref.current?.contains(event.relatedTarget)) setOver(false);
  };
  const startAfresh = () => {
    pictures.reset(first.images);
    discard();
    // Once the dialog is closed, and the button that opened it is gone.
    setTimeout(() => document.getElementById('composer-heading')?.focus(), 50);
  };
  return html`<form class=${`panel form composer ${isOver ? 'over' : ''}`} ...${form} aria-labelledby="composer-heading" onKeyDown=${onKeyDown} onPaste=${onPictures} onDragOver=${onDragOver} onDragLeave=${onDragLeave} onDrop=${onPictures}>
    <h1 id="composer-heading" tabindex="-1">${heading}</h1>
    ${restoredAt && html`<p class="composer-restored"><${Icon} name="history" /><span>Your draft is back, as you left it <${Time} at=${restoredAt} />.</span></p>`}
    <${Field} label="Title" name="title" value=${title} maxlength=${MAX_TITLE} dir="auto" autocomplete="off" enterkeyhint="next" required wrong=${wrongWith('title')}
      hint=${`${[...title].length} of ${MAX_TITLE} characters`} onInput=${(/** @type {any} */ event) => change({ title: event.target.value })} onKeyDown=${onTitleKey} />
    <${TextField} text=${body} wrong=${wrongWith('body')} onText=${(/** @type {string} */ next) => change({ body: next })} onSend=${send} field=${text} />
    <div class="field" ref=${add}>
      <${UploadRow} pictures=${pictures} onEmpty=${() => add.current?.querySelector('button')?.focus()} />
      <div class="composer-add"><${PictureButton} pictures=${pictures} />
        <span class=${wrongWith('images') ? 'wrong' : 'hint'}>${wrongWith('images') ? 'One of these is not there any more. Take it out, and add it again.' : 'Up to four: choose, paste or drop them here.'}</span></div>
    </div>
    <${CategoryPicker} chosen=${categories} wrong=${wrongWith('categories')} onChange=${(/** @type {string[]} */ next) => change({ categories: next })} />
    <${TagField} tags=${tags} wrong=${wrongWith('tags')} onChange=${(/** @type {string[]} */ next) => change({ tags: next })} />
    ${isNew ? html`<${Switch} label="Anonymous" name="anonymous" hint=${HIDES} checked=${anonymous} onChange=${(/** @type {boolean} */ isOn) => change({ anonymous: isOn })} />`
      : anonymous && html`<p class="quiet"><${Icon} name="venetian-mask" size=${18} /> This post is anonymous, and stays so.</p>`}
    <${Trouble} text=${trouble} />
    <div class="form-actions">
      <button class="button primary" disabled=${isBusy}>${isBusy ? (pictures.isBusy() ? 'Sending the pictures…' : 'One moment…') : isNew && anonymous ? `${action} anonymously` : action}</button>
      <button type="button" class="button" onClick=${cancel}>${isNew ? 'Later' : 'Cancel'}</button>
      ${!isSame(content, first) && html`<button type="button" class="quiet-button" onClick=${() => ask(true)}>Start afresh</button>`}
      <span class="quiet composer-kept">${isKept ? 'Your draft is kept on this device.' : 'There is no room on this device to keep a draft.'}</span>
    </div>
    ${isAsking && html`<${Confirm} title="Start afresh?" action="Discard the draft" isDangerous onConfirm=${startAfresh} onClose=${() => ask(false)}><p>What you were writing is discarded.</p><//>`}
  </form>`;
}

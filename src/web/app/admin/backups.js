// Backups: everything in one file, made while the server runs.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { useAnswer } from '../base/answer.js';
import { post } from '../base/api.js';
import { counted } from '../base/page.js';
import { Time, whole } from '../base/time.js';
import { Confirm } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Empty, Skeleton, Wrong } from '../parts/states.js';
import { complain, say } from '../parts/toast.js';
import { canStream, download, LARGE } from './download.js';
import { bytes, percent, span } from './figures.js';

/** @typedef {{ created_at: string, scheduled: boolean, records: number, media: number, secrets: boolean, version: string, sequence: number }} About */
/** @typedef {{ name: string, bytes: number, damage: string | null, about: About | null }} Backup */
/** @typedef {{ since: string, what: string, done: number }} UnderWay */

/** How often is asked how far one is, in milliseconds. */
const EVERY = 700;

/** @param {{ backup: Backup }} props */
function Download({ backup }) {
  const [share, setShare] = useState(/** @type {number | null} */ (null));
  const [isAsking, ask] = useState(false);
  const stop = useRef(/** @type {AbortController | null} */ (null));
  useEffect(() => () => stop.current?.abort(), []);
  const start = async () => {
    stop.current = new AbortController();
    setShare(0);
    try {
      const isDone = await download(backup.name, (count) => setShare(count / backup.bytes), stop.current.signal);
      if (isDone) say('The backup is saved on this device. Keep it where nobody else can read it.');
    } catch (problem) {
      if (!stop.current.signal.aborted) complain(problem);
    } finally {
      setShare(null);
    }
  };
  if (share !== null) {
    return html`<span class="admin-progress"><progress max="1" value=${share} aria-label=${`Downloading ${backup.name}`}></progress><span class="quiet">${percent(share)}</span>
      <button class="button small" onClick=${() => stop.current?.abort()}>Stop</button></span>`;
  }
  const isTooMuch = !canStream && backup.bytes > LARGE;
  return html`<button class="button small" aria-label=${`Download ${backup.name}`} onClick=${() => (isTooMuch ? ask(true) : start())}><${Icon} name="download" size=${16} />Download</button>
    ${isAsking && html`<${Confirm} title="This is a large file" action="Download it anyway" onConfirm=${start} onClose=${() => ask(false)}>
      <p>It has ${bytes(backup.bytes)}, and this browser keeps it in memory until all of it is there. Chrome or Edge write it as it comes; or copy it from the folder <code>backups</code> on the server.</p><//>`}`;
}

/** @param {{ backup: Backup }} props */
const Row = ({ backup: { name, bytes: size, damage, about }, backup }) => html`<li class="admin-row"><span class=${`admin-icon ${damage ? 'bad' : ''}`}><${Icon} name=${damage ? 'circle-alert' : 'hard-drive'} size=${18} /></span>
  <div class="admin-row-words"><p class="admin-name"><strong>${about ? html`<span title=${whole(about.created_at)}><${Time} at=${about.created_at} /></span>` : 'Damaged'}</strong>
      <span class="chip">${about ? (about.scheduled ? 'By schedule' : 'By hand') : 'Cannot be used'}</span></p>
    <p class="quiet">${bytes(size)}${about && ` · ${counted(about.records, 'record')} · ${counted(about.media, 'picture file')} · ${about.secrets ? 'with the server’s keys' : 'without keys'} · Hearth ${about.version}`}</p>
    ${damage && html`<p class="wrong">${damage}</p>`}
    <p class="quiet admin-file">${name}</p></div>
  <${Download} backup=${backup} /></li>`;

/** One that is being made. @param {{ underWay: UnderWay }} props */
const Making = ({ underWay: { since, what, done } }) => html`<div class="admin-making"><progress aria-label="Making a backup"></progress>
  <p><strong>A backup is being made</strong> <span class="quiet">${what}${done ? `, ${done.toLocaleString('en')} so far` : ''} · for ${span((Date.now() - Date.parse(since)) / 1000)}</span></p></div>`;

export default function Backups() {
  const { value, problem, reload, change } = useAnswer('/backups');
  /** @type {UnderWay | null} */
  const underWay = value?.under_way ?? null;
  /** @type {Backup[]} */
  const items = value?.items ?? [];
  const newest = useRef(/** @type {string | null} */ (null));

  useEffect(() => {
    if (!underWay) return undefined;
    const timer = setInterval(reload, EVERY);
    return () => clearInterval(timer);
  }, [underWay !== null]);
  // The one that was begun here is there, or it is not.
  useEffect(() => {
    if (underWay || newest.current === null || !value) return;
    const isThere = (items[0]?.name ?? '') !== newest.current;
    newest.current = null;
    say(isThere ? 'The backup is made.' : 'The backup was not made. The server’s log says why.', { kind: isThere ? 'done' : 'problem' });
  }, [value]);

  const make = async () => {
    try {
      const begun = await post('/backups');
      newest.current = items[0]?.name ?? '';
      change((now) => ({ ...now, under_way: begun }));
    } catch (error) {
      complain(error);
      reload();
    }
  };
  return html`<section class="panel admin-backup"><h2>Everything, in one file</h2>
      <p>A backup holds all that this community has: accounts with the hashes of their passwords, posts, talks, pictures, and the server’s own keys. It also says who wrote what is anonymous. Whoever has the file can read all of it, so keep it where only you can.</p>
      <p class="quiet">It is made while everybody goes on. <code>hearth restore</code> brings it back, and <code>hearth backup verify</code> tries that out beforehand.</p>
      <div class="form-actions"><button class="button primary" aria-disabled=${underWay ? 'true' : undefined} onClick=${() => underWay || make()}><${Icon} name="hard-drive" size=${18} />Make a backup</button></div>
      <div role="status">${underWay && html`<${Making} underWay=${underWay} />`}</div>
    </section>
    <h2>${value ? counted(items.length, 'backup') : 'Backups'}</h2>
    ${!value && (problem ? html`<${Wrong} problem=${problem} onRetry=${reload} />` : html`<${Skeleton} lines=${4} />`)}
    ${value && !items.length && html`<${Empty} icon="hard-drive" title="No backup yet"><p>Make the first one now: it takes a moment, and you sleep better.</p><//>`}
    ${items.length > 0 && html`<ul class="panel admin-rows">${items.map((backup) => html`<${Row} key=${backup.name} backup=${backup} />`)}</ul>`}`;
}

// One's picture: chosen, sent with its progress, and shown everywhere from then on.

import { html, useRef, useState } from '../vendor/preact.js';
import { patch } from '../base/api.js';
import { forgetLists } from '../base/list.js';
import { setAccount } from '../base/session.js';
import { Avatar } from '../parts/avatar.js';
import { Icon } from '../parts/icon.js';
import { complain, say } from '../parts/toast.js';
import { upload } from '../parts/upload.js';

/** @param {{ me: Account }} props */
export function FacePart({ me }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const choose = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const [progress, setProgress] = useState(/** @type {number | null} */ (null));

  /** @param {string | null} avatar @param {string} words */
  const save = async (avatar, words) => {
    setAccount(await patch('/me', { avatar }));
    forgetLists();
    say(words);
  };
  /** @param {File | undefined} file */
  const send = async (file) => {
    if (!file || progress !== null) return;
    setProgress(0);
    try {
      const media = await upload(file, setProgress).done;
      await save(media.id, 'That is your picture now.');
    } catch (problem) {
      complain(problem);
    } finally {
      setProgress(null);
    }
  };
  const chosen = () => {
    send(input.current?.files?.[0]);
    // The same file can be chosen once more.
    if (input.current) input.current.value = '';
  };
  const remove = () => {
    choose.current?.focus();
    return save(null, 'Your picture is taken away.').catch(complain);
  };
  /** @param {DragEvent} event */
  const dropped = (event) => {
    event.preventDefault();
    send(event.dataTransfer?.files[0]);
  };
  return html`<div class="account-face" onDragOver=${(/** @type {Event} */ event) => event.preventDefault()} onDrop=${dropped}>
    <${Avatar} user=${me} size="xl" />
    <div class="account-face-words">
      <p class="label">Your picture</p>
      <p class="hint">JPEG, PNG, WebP or GIF, up to 10 MB. The middle of it is shown; where and when it was taken is removed.</p>
      <div class="form-actions">
        <button type="button" class="button" ref=${choose} aria-disabled=${progress !== null ? 'true' : undefined} onClick=${() => progress === null && input.current?.click()}>
          <${Icon} name="image-plus" size=${18} />${me.avatar ? 'Change picture' : 'Choose a picture'}</button>
        ${me.avatar && progress === null && html`<button type="button" class="button" onClick=${remove}><${Icon} name="trash-2" size=${18} />Remove picture</button>`}
        ${progress !== null && html`<progress max="1" value=${progress} aria-label="Sending the picture"></progress>`}
      </div>
      <input type="file" hidden ref=${input} accept="image/jpeg,image/png,image/webp,image/gif" aria-label="Picture file" onChange=${chosen} />
    </div>
  </div>`;
}

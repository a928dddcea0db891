// Any emoji: some to choose from, and a field for every other.

import { html, useState } from '../vendor/preact.js';
import { Dialog } from '../parts/dialog.js';
import { OFTEN } from './actions.js';

const MORE = [...OFTEN, '🙏', '👏', '🎉', '🤔', '👀', '😍', '😅', '😎', '🥳', '🤗', '😴', '🙈', '💪', '👌', '✅', '❌', '💡', '⭐', '☕', '🍞', '🌱', '🎵', '🚲', '🏡'];

/** Whether a text is one emoji, however many signs it is made of. @param {string} text */
const isEmoji = (text) => [...new Intl.Segmenter().segment(text)].length === 1 && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(text);

/** @param {{ onChoose: (emoji: string) => void, onClose: () => void }} props */
export function EmojiDialog({ onChoose, onClose }) {
  const [wrong, setWrong] = useState('');
  /** @param {string} emoji */
  const choose = (emoji) => {
    onClose();
    onChoose(emoji);
  };
  /** @param {SubmitEvent} event */
  const onSubmit = (event) => {
    event.preventDefault();
    const typed = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('emoji') ?? '').trim();
    if (isEmoji(typed)) choose(typed);
    else setWrong('This is no single emoji.');
  };
  return html`<${Dialog} title="React" onClose=${onClose}>
    <div class="chat-emoji-grid">${MORE.map((emoji) => html`<button type="button" key=${emoji} aria-label=${`React with ${emoji}`} onClick=${() => choose(emoji)}>${emoji}</button>`)}</div>
    <form class="form" onSubmit=${onSubmit}>
      <div class="field"><label for="chat-emoji">Any other emoji</label>
        <div class="chat-emoji-other"><input id="chat-emoji" name="emoji" type="text" autocomplete="off" maxlength="16" aria-describedby=${wrong ? 'chat-emoji-wrong' : undefined} aria-invalid=${wrong ? 'true' : undefined} />
          <button class="button">Add</button></div>
        ${wrong && html`<span class="wrong" id="chat-emoji-wrong" role="alert">${wrong}</span>`}</div>
    </form>
  <//>`;
}

// Somebody's page: who they are, and what they wrote under their name.

import { html, useEffect, useState } from '../vendor/preact.js';
import { useAnswer } from '../base/answer.js';
import { list } from '../base/list.js';
import { useTitle } from '../base/page.js';
import { account } from '../base/session.js';
import { whole } from '../base/time.js';
import { startDirect } from '../chat/start.js';
import { Feed } from '../feed/feed.js';
import { Avatar } from '../parts/avatar.js';
import { copy } from '../parts/copy.js';
import { Confirm } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { Empty, Skeleton, Wrong } from '../parts/states.js';
import { RoleBadge } from './person.js';
import { banned, isBlocked, loadBans, mayBan, setBanned, setBlocked } from './standing.js';

const MONTH = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' });

/** What is asked before somebody is blocked or banned. @param {{ user: User, about: 'block' | 'ban', onClose: () => void }} props */
function Really({ user, about, onClose }) {
  if (about === 'block') {
    return html`<${Confirm} title=${`Block ${user.name}?`} action="Block" isDangerous onConfirm=${() => setBlocked(user, true)} onClose=${onClose}>
      <p><bdi>${user.name}</bdi> cannot send you messages any more, and is not told. You still see each other’s posts and comments, and you can take it back here.</p><//>`;
  }
  return html`<${Confirm} title=${`Ban ${user.name}?`} action="Ban" isDangerous onConfirm=${() => setBanned(user, true)} onClose=${onClose}>
    <p><bdi>${user.name}</bdi> is signed out everywhere at once, and cannot log in until the ban is taken back. What they wrote stays.</p><//>`;
}

/** @param {{ user: User }} props */
function Ways({ user }) {
  const [asking, ask] = useState(/** @type {'block' | 'ban' | null} */ (null));
  const me = account.value;
  if (me?.id === user.id) return html`<a class="button" href="/settings"><${Icon} name="pencil" size=${18} />Edit profile</a>`;
  const blocked = isBlocked(user.id);
  const isOut = banned.value?.has(user.id);
  const items = [
    { label: 'Copy link', icon: 'link', run: () => copy(`${location.origin}/u/${user.handle}`, 'The link is copied.') },
    me && (blocked ? { label: 'Unblock', icon: 'ban', run: () => void setBlocked(user, false) } : { label: 'Block', icon: 'ban', run: () => ask('block') }),
    me && mayBan(user) && isOut !== true && { label: 'Ban', icon: 'shield', isDangerous: true, run: () => ask('ban') },
    me && mayBan(user) && isOut !== false && { label: 'Lift the ban', icon: 'shield', run: () => void setBanned(user, false) },
  ];
  // One button in both cases, so that it keeps the focus when it changes.
  return html`<button class=${`button ${blocked ? '' : 'primary'}`} onClick=${() => (blocked ? setBlocked(user, false) : startDirect(user.id))}>
      <${Icon} name=${blocked ? 'ban' : 'message-circle'} size=${18} />${blocked ? 'Unblock' : 'Message'}</button>
    <${Menu} label=${`More about ${user.name}`} class="button people-more" items=${items} />
    ${asking && html`<${Really} user=${user} about=${asking} onClose=${() => ask(null)} />`}`;
}

/** @param {{ user: User }} props */
const Head = ({ user }) => html`<section class="people-profile" aria-label="Profile">
  <${Avatar} user=${user} size="xl" />
  <div class="people-profile-words">
    <h1><bdi>${user.name}</bdi></h1>
    <p class="people-facts"><span>@${user.handle}</span> <${RoleBadge} role=${user.role} />${banned.value?.has(user.id) && html`<span class="people-role out"><${Icon} name="ban" size=${14} />Banned</span>`}</p>
    ${user.bio && html`<p class="people-about" dir="auto">${user.bio}</p>`}
    <p class="quiet" title=${whole(user.created_at)}>Here since ${MONTH.format(new Date(user.created_at))}</p>
  </div>
  <div class="people-ways"><${Ways} user=${user} /></div>
</section>`;

/** @param {{ user: User }} props */
function Posts({ user }) {
  const isMine = account.value?.id === user.id;
  const empty = isMine
    ? html`<${Empty} icon="pen-line" title="You have not posted yet"><p>What is on your mind? Anonymous posts are never shown here.</p><p><a class="button primary" href="/new">Write a post</a></p><//>`
    : html`<${Empty} icon="pen-line" title="No posts yet"><p><bdi>${user.name}</bdi> has not posted under this name so far.</p><//>`;
  return html`<h2 class="people-posts">Posts</h2><${Feed} list=${list(`/users/${user.id}/posts`)} empty=${empty} />`;
}

const Gone = () => html`<h1 class="unseen">Profile</h1><${Empty} icon="user" title="Somebody who left">
  <p>This account was deleted. What it wrote stays where it was, without a name.</p><p><a class="button" href="/people">See who is here</a></p><//>`;

/** @param {{ handle: string }} props */
const Unknown = ({ handle }) => html`<h1 class="unseen">Profile</h1><${Empty} icon="users" title="Nobody by that name">
  <p>There is no <bdi>@${handle}</bdi> here. The handle may have changed, or the account was deleted.</p><p><a class="button" href="/people">See who is here</a></p><//>`;

const Waiting = () => html`<h1 class="unseen">Profile</h1><div class="people-profile" aria-busy="true"><span class="avatar xl" aria-hidden="true"></span><${Skeleton} lines=${3} /></div>`;

/** @param {{ handle: string }} props */
export default function Profile({ handle }) {
  const isGone = handle === '[deleted]';
  // One's own page is shown as it was just saved.
  const mine = account.value?.handle === handle ? account.value : null;
  const { value, problem, reload } = useAnswer(isGone ? null : `/users/${encodeURIComponent(handle)}`);
  /** @type {User | null} */
  const user = mine ?? value;
  useTitle(isGone ? 'Somebody who left' : user?.name);
  useEffect(() => void loadBans(), []);
  if (isGone) return html`<${Gone} />`;
  if (!user && problem?.status === 404) return html`<${Unknown} handle=${handle} />`;
  if (!user && problem) return html`<h1 class="unseen">Profile</h1><${Wrong} problem=${problem} onRetry=${reload} />`;
  if (!user) return html`<${Waiting} />`;
  return html`<${Head} user=${user} /><${Posts} user=${user} />`;
}

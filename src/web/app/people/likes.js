// What one liked.

import { html } from '../vendor/preact.js';
import { list } from '../base/list.js';
import { useTitle } from '../base/page.js';
import { Feed } from '../feed/feed.js';
import { Empty } from '../parts/states.js';

export default function Likes() {
  useTitle('Likes');
  const empty = html`<${Empty} icon="heart" title="No likes so far">
    <p>A heart tells somebody that their words were worth it. What you like is listed here.</p><p><a class="button primary" href="/">Look around</a></p><//>`;
  return html`<div class="head"><h1>Likes</h1></div><${Feed} list=${list('/me/likes')} empty=${empty} />`;
}

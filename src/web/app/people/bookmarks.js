// What one kept for later.

import { html } from '../vendor/preact.js';
import { list } from '../base/list.js';
import { useTitle } from '../base/page.js';
import { Feed } from '../feed/feed.js';
import { Empty } from '../parts/states.js';

export default function Bookmarks() {
  useTitle('Bookmarks');
  const empty = html`<${Empty} icon="bookmark" title="Nothing kept yet">
    <p>The bookmark on a post keeps it here. Nobody else sees what you keep.</p><p><a class="button primary" href="/">Look around</a></p><//>`;
  return html`<div class="head"><h1>Bookmarks</h1></div><${Feed} list=${list('/me/bookmarks')} empty=${empty} />`;
}

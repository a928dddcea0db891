// How the server is: live, and during the last hour.

import { html, useMemo } from '../vendor/preact.js';
import { useAnswer } from '../base/answer.js';
import { Time } from '../base/time.js';
import { Icon } from '../parts/icon.js';
import { Skeleton, Wrong } from '../parts/states.js';
import { Charts, HourTable } from './charts.js';
import { bytes, milliseconds, number, percent, span } from './figures.js';
import { troubles } from './health.js';
import { useStats } from './stats.js';

/** @param {{ found: import('./health.js').Trouble[], now: import('./stats.js').Now, isCut: boolean }} props */
function State({ found, now, isCut }) {
  const title = isCut ? 'The server does not answer' : found.length ? (found.length === 1 ? 'One thing is not well' : `${found.length} things are not well`) : 'All is well';
  return html`<section class=${`admin-state ${isCut || found.length ? 'troubled' : ''}`} aria-label="State">
    <span class="admin-state-icon"><${Icon} name=${isCut ? 'wifi-off' : found.length ? 'circle-alert' : 'check'} size=${28} /></span>
    <div role="status"><h2>${title}</h2>
      ${isCut && html`<p>What you see was measured <${Time} at=${now.at} />. It goes on by itself.</p>`}
      ${!isCut && found.length > 0 && html`<ul>${found.map(({ said, advice }) => html`<li key=${said}><strong>${said}</strong> ${advice}</li>`)}</ul>`}
      ${!isCut && !found.length && html`<p>Nothing waits, nothing fails, nothing is slow.</p>`}</div>
    <p class="admin-live quiet"><span class=${`admin-pulse ${isCut ? 'cut' : ''}`}></span>${isCut ? 'No news' : 'Live'}</p>
  </section>`;
}

/** One figure of several. @param {{ label: string, value: any, share?: number | null, isTroubled?: boolean }} props */
const Row = ({ label, value, share, isTroubled = false }) => html`<div class=${isTroubled ? 'troubled' : ''}><dt>${label}</dt><dd>${value}</dd>
  ${share !== undefined && share !== null && html`<span class="admin-bar" aria-hidden="true"><span style=${{ width: `${Math.min(share, 1) * 100}%` }}></span></span>`}</div>`;

/** @param {{ title: string, children?: any }} props */
const Tile = ({ title, children }) => html`<section class="admin-tile"><h3>${title}</h3><dl>${children}</dl></section>`;

const CACHES = /** @type {Record<string, string>} */ ({ records: 'Records', pages: 'Ready pages' });

/** @param {{ now: import('./stats.js').Now, troubled: Set<string> }} props */
function Tiles({ now, troubled }) {
  const backups = useAnswer('/backups');
  const latest = backups.value?.items.find((/** @type {any} */ { about }) => about);
  return html`<div class="admin-tiles">
    <${Tile} title="What waits">
      <${Row} label="Writes" value=${number(now.commit_queue)} isTroubled=${troubled.has('queues')} />
      <${Row} label="Log-ins" value=${number(now.password_queue)} />
      <${Row} label="For slow devices" value=${bytes(now.queue_bytes)} />
    <//>
    <${Tile} title="Found in memory">
      ${now.caches.map(({ cache, hit_share }) => html`<${Row} key=${cache} label=${CACHES[cache] ?? cache} value=${percent(hit_share)} share=${hit_share ?? 0} isTroubled=${troubled.has('caches')} />`)}
    <//>
    <${Tile} title="On the disk">
      <${Row} label="Journal" value=${bytes(now.journal_bytes)} />
      <${Row} label="State" value=${bytes(now.store_bytes)} />
      <${Row} label="Last backup" value=${latest ? html`<a href="/admin/backups"><${Time} at=${latest.about.created_at} /></a>` : html`<a href="/admin/backups">${backups.value ? 'none yet' : 'see Backups'}</a>`} />
    <//>
    <${Tile} title="The server">
      <${Row} label="Up for" value=${span(now.uptime_seconds)} />
      <${Row} label="Files and sockets" value=${`${number(now.open_files)} of ${number(now.max_open_files)}`} share=${now.open_files / now.max_open_files} isTroubled=${troubled.has('files')} />
      <${Row} label="Version" value=${`Hearth ${now.version}`} />
    <//>
  </div>`;
}

/** @param {{ routes: import('./stats.js').Now['slowest_routes'] }} props */
const Routes = ({ routes }) => html`<section class="panel admin-routes"><h2>Slowest routes</h2>
  <p class="quiet">Of the last ten seconds.</p>
  ${routes.length ? html`<div class="admin-scroll" role="region" aria-label="Slowest routes" tabindex="0"><table>
    <thead><tr><th scope="col">Route</th><th scope="col" class="right">A second</th><th scope="col" class="right">95 of 100 within</th></tr></thead>
    <tbody>${routes.map(({ method, route, requests_per_second, p95_ms }) => html`<tr key=${method + route}><th scope="row"><code>${method} ${route}</code></th>
      <td class="right">${number(requests_per_second)}</td><td class="right">${milliseconds(p95_ms)}</td></tr>`)}</tbody>
  </table></div>` : html`<p>Nobody asked for anything.</p>`}</section>`;

export default function Dashboard() {
  const { stats, problem } = useStats();
  const found = useMemo(() => (stats ? troubles(stats) : []), [stats]);
  if (!stats) return problem ? html`<${Wrong} problem=${problem} />` : html`<${Skeleton} lines=${8} />`;
  const { now, history } = stats;
  if (!now) return html`<p class="quiet" role="status">The server has just begun to measure. The first figures come within ten seconds.</p><${Skeleton} lines=${8} />`;
  const troubled = new Set(found.map(({ figure }) => figure));
  return html`<${State} found=${found} now=${now} isCut=${problem !== null} />
    <h2 class="unseen">The last hour</h2>
    <${Charts} stats=${stats} now=${now} troubled=${troubled} />
    <h2 class="unseen">Just now</h2>
    <${Tiles} now=${now} troubled=${troubled} />
    <${Routes} routes=${now.slowest_routes} />
    <${HourTable} history=${history} />`;
}

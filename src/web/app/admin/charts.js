// The charts of the dashboard, and the same figures as a table.

import { html, useMemo, useSignal } from '../vendor/preact.js';
import { clock } from '../base/time.js';
import { Chart } from './chart.js';
import { bytes, cores, milliseconds, number, percent } from './figures.js';

/** @typedef {import('./stats.js').Point} Point */

/** @type {{ id: string, title: string, read: (point: Point) => number | null, format: (value: number | null) => string, least: number, now: (now: import('./stats.js').Now) => [string, string] }[]} */
const CHARTS = [
  { id: 'requests', title: 'Requests a second', read: (point) => point.requests_per_second, format: number, least: 1,
    now: (now) => [number(now.requests_per_second), now.requests_in_flight ? `${now.requests_in_flight} being answered` : 'none waiting'] },
  { id: 'latency', title: 'Time to answer', read: (point) => point.p95_ms, format: milliseconds, least: 10,
    now: (now) => [milliseconds(now.latency.p95_ms), `for 95 of 100 · half ${milliseconds(now.latency.p50_ms)}, 99 of 100 ${milliseconds(now.latency.p99_ms)}`] },
  { id: 'errors', title: 'Failed answers', read: (point) => point.error_share, format: percent, least: 0.05,
    now: (now) => [percent(now.error_share), now.error_share ? 'the log has a line for each' : 'nothing failed'] },
  { id: 'sockets', title: 'Connected devices', read: (point) => point.sockets, format: number, least: 5,
    now: (now) => [number(now.sockets.websocket + now.sockets.events), `${now.sockets.websocket} by socket · ${now.sockets.events} by event stream`] },
  { id: 'messages', title: 'Messages a second', read: (point) => point.messages_per_second, format: number, least: 1,
    now: (now) => [number(now.messages_per_second), now.delivery_delay_p95_ms === null ? 'none on their way' : `95 of 100 delivered in ${milliseconds(now.delivery_delay_p95_ms)}`] },
  { id: 'sync', title: 'Time to keep safely', read: (point) => point.fsync_p95_ms, format: milliseconds, least: 5,
    now: (now) => [milliseconds(now.fsync_p95_ms), now.commit_group_mean === null ? 'nothing written just now' : `fsync · ${number(now.commits_per_second)} groups a second of ${number(now.commit_group_mean)}`] },
  { id: 'processor', title: 'Processor', read: (point) => point.cpu_cores_used, format: cores, least: 1,
    now: (now) => [cores(now.cpu_cores_used), `of ${now.cores} ${now.cores === 1 ? 'core' : 'cores'} in use`] },
  { id: 'memory', title: 'Memory', read: (point) => point.memory_bytes, format: bytes, least: 50_000_000,
    now: (now) => [bytes(now.memory_bytes), 'in use'] },
];

/** @param {{ stats: import('./stats.js').Stats, now: import('./stats.js').Now, troubled: Set<string> }} props */
export function Charts({ stats, now, troubled }) {
  const looked = useSignal(/** @type {number | null} */ (null));
  const series = useMemo(() => CHARTS.map(({ read }) => stats.history.map((point) => ({ at: Date.parse(point.at), value: read(point) }))), [stats]);
  return html`<div class="charts">${CHARTS.map(({ id, title, format, least, now: words }, at) => {
    const [figure, detail] = words(now);
    return html`<${Chart} key=${id} title=${title} figure=${figure} detail=${detail} samples=${series[at]} format=${format}
      least=${id === 'processor' ? now.cores : least} isTroubled=${troubled.has(id)} looked=${looked} />`;
  })}</div>`;
}

/** Minutes in a row of the table. */
const STEP = 5;

/** @param {{ history: Point[] }} props */
export function HourTable({ history }) {
  const groups = Object.entries(Object.groupBy(history, (point) => Math.floor(Date.parse(point.at) / (STEP * 60_000)))).reverse();
  /** @param {Point[]} points @param {(point: Point) => number | null} read */
  const mean = (points, read) => {
    const values = points.map(read).filter((value) => value !== null);
    return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  };
  return html`<details class="admin-details"><summary>The last hour as a table</summary>
    <div class="admin-scroll" role="region" aria-label="The last hour" tabindex="0"><table>
      <caption class="unseen">Means of ${STEP} minutes each, the latest first</caption>
      <thead><tr><th scope="col">From</th>${CHARTS.map(({ id, title }) => html`<th scope="col" key=${id}>${title}</th>`)}</tr></thead>
      <tbody>${groups.map(([key, points = []]) => html`<tr key=${key}><th scope="row">${clock(new Date(Number(key) * STEP * 60_000).toISOString())}</th>
        ${CHARTS.map(({ id, read, format }) => html`<td key=${id}>${format(mean(points, read))}</td>`)}</tr>`)}</tbody>
    </table></div></details>`;
}

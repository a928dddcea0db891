// Runs before anything of the page does. Times are in milliseconds since the visit began.
window.seen = { firstPaint: 0, feed: 0, largestPaint: 0, blocked: 0, shifted: 0 };

const watch = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
watch('paint', (entry) => {
  if (entry.name === 'first-contentful-paint') seen.firstPaint = entry.startTime;
});
watch('largest-contentful-paint', (entry) => { seen.largestPaint = entry.startTime; });
// A task blocks for what it takes beyond 50 ms: https://web.dev/articles/tbt
watch('longtask', (entry) => { seen.blocked += Math.max(0, entry.duration - 50); });
watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shifted += entry.value; });

// The feed is visible when the first title in it is painted: https://wicg.github.io/element-timing/. Titles are marked as soon as
// they are there, before there is a frame with them: the document's, and the one that the script puts in its place, which on
// a fast machine is sooner than the picture of the other is on the screen.
watch('element', (entry) => { seen.feed ||= entry.renderTime; });
const looking = new MutationObserver(() => {
  const title = document.querySelector('main article :is(h1, h2, h3)');
  if (title?.textContent.trim() && !seen.feed) title.setAttribute('elementtiming', 'title');
});
looking.observe(document, { childList: true, subtree: true, characterData: true });

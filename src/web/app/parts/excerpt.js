// The beginning of a text in Markdown, without the marks that people use most: as `text::excerpt` of the server makes it.

/** @param {string} markdown @param {number} [max] in characters */
export function excerpt(markdown, max = 280) {
  const lines = markdown.split('\n').map((line) => line.replace(/^[#>*\-`~\s]+/u, '')).filter(Boolean);
  return [...lines.join(' ').replace(/[*`]/g, '').replace(/\s/gu, ' ')].slice(0, max).join('').trimEnd();
}

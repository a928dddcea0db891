// What the document brought along, so that the first page does not have to ask for it.

const element = document.getElementById('first');

/** What the document has as the answer to `path`, once. @param {string} path @returns {any} */
export function takeFirst(path) {
  if (!element?.isConnected || element.dataset['path'] !== path) return undefined;
  try {
    return JSON.parse(element.textContent ?? '');
  } catch {
    return undefined;
  } finally {
    element.remove();
  }
}

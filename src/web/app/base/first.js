// What the document brought along, so that the script does not have to ask for it.

const brought = new Map(Array.from(document.querySelectorAll('script[data-path]'), (element) => [element.getAttribute('data-path'), element]));

/** What the document has as the answer to `path`, once. @param {string} path @returns {any} */
export function takeFirst(path) {
  const element = brought.get(path);
  if (!element) return undefined;
  brought.delete(path);
  try {
    return JSON.parse(element.textContent ?? '');
  } catch {
    return undefined;
  } finally {
    element.remove();
  }
}

// Where the focus goes when what has it is about to go: not to the page as a whole, where a keyboard is lost.

/** The row beside one that goes, or where one writes. @param {Element | null | undefined} row @returns {HTMLElement | null} */
export function beside(row) {
  const rows = /** @type {HTMLElement[]} */ ([...(row?.parentElement?.querySelectorAll('.chat-message') ?? [])]);
  const at = rows.findIndex((one) => one === row);
  return rows[at + 1] ?? rows[at - 1] ?? row?.closest('.chat-main')?.querySelector('textarea') ?? null;
}

/** The row that something belongs to. @param {Event} event */
export const rowOf = ({ currentTarget }) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (currentTarget).closest('.chat-message'));

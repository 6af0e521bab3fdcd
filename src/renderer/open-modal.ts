/** Gives the focus back to an element once nothing else has it. */
function returnTo(before: Element | null): void {
  // A dialog that leaves the page while it is open gives no focus back, and until it has left, the page takes none.
  queueMicrotask(() => {
    if (document.activeElement !== document.body || !(before instanceof HTMLElement)) return;
    if (before.isConnected) before.focus({ preventScroll: true });
  });
}

/**
 * Attachment of a dialog: opens it over the page, which cannot be used meanwhile. A form begins in its first field; at the
 * end the focus is where it was before.
 * @returns the end of the attachment
 */
export function openModal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  dialog.querySelector<HTMLElement>('form :is(input, select, textarea):not(:disabled)')?.focus();
  return () => returnTo(before);
}

/** Attachment of a panel beside the page: gives it the focus, which is then where it was before. */
export function takeFocus(panel: HTMLElement): () => void {
  const before = document.activeElement;
  panel.focus();
  return () => returnTo(before);
}

/** Gives the focus back to an element once nothing else has it. */
function returnTo(before: Element | null): void {
  // A dialog that is removed while it is open gives no focus back, and the page takes none until it is removed.
  queueMicrotask(() => {
    if (document.activeElement !== document.body || !(before instanceof HTMLElement)) return;
    if (before.isConnected) before.focus({ preventScroll: true });
  });
}

/** Open dialogs, the topmost last. */
const open: HTMLDialogElement[] = [];

/** Whether a dialog over an element must be answered first, so that keys pressed anywhere are not for the element. */
export function isCovered(element: Element | undefined): boolean {
  const top = open.at(-1);
  return top !== undefined && element !== undefined && !top.contains(element);
}

/** Closes all dialogs as Escape does, for a page that is shown at once. What was typed in them is lost, if they do not keep it. */
export function closeDialogs(): void {
  for (const dialog of open.toReversed()) dialog.close();
}

/**
 * Attachment of a dialog: opens it over the page, which cannot be used meanwhile. A form begins in its first field; at the
 * end the focus is where it was before.
 * @returns the end of the attachment
 */
export function openModal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  open.push(dialog);
  dialog.querySelector<HTMLElement>('form :is(input, select, textarea):not(:disabled)')?.focus();
  return () => {
    open.splice(open.indexOf(dialog), 1);
    returnTo(before);
  };
}

/** Attachment of a panel beside the page: gives it the focus, which is then where it was before. */
export function takeFocus(panel: HTMLElement): () => void {
  const before = document.activeElement;
  panel.focus();
  return () => returnTo(before);
}

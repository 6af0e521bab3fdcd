/** Attachment of a dialog: opens it over the page, which cannot be used meanwhile. */
export function openModal(dialog: HTMLDialogElement): void {
  dialog.showModal();
}

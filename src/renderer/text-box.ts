// Text boxes among the elements that may have the focus.

/** Types of inputs in which nothing is typed. */
const withoutText: ReadonlySet<string> = new Set(['button', 'checkbox', 'color', 'file', 'radio', 'range', 'submit']);

/** Whether characters typed into an element become its text, so that they are no shortcuts of the page. */
export const isTextBox = (element: unknown): element is HTMLInputElement | HTMLTextAreaElement =>
  element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && !withoutText.has(element.type));

/** Whether an element takes characters: a text box, or a list in which they choose. */
export const takesCharacters = (element: unknown): boolean =>
  isTextBox(element) || element instanceof HTMLSelectElement;

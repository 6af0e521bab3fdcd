import { expect, it, vi } from 'vitest';
import { textMenuItems } from './text-menu.ts';

vi.mock('electron', () => ({ Menu: {} }));

const editFlags = {
  ...{ canUndo: true, canRedo: false, canCut: true, canCopy: true, canPaste: true, canDelete: true },
  ...{ canSelectAll: true, canEditRichly: false },
};
const labels = (params: Parameters<typeof textMenuItems>[0]): (string | undefined)[] =>
  textMenuItems(params).map(({ type, label, enabled }) =>
    type === 'separator' ? '-' : enabled ? label : `(${label})`,
  );

it('edits the text of a text box', () => {
  expect(labels({ isEditable: true, selectionText: 'dog', editFlags })).toEqual([
    ...['Undo', '(Redo)', '-', 'Cut', 'Copy', 'Paste', '-', 'Select All'],
  ]);
});

it('copies selected text, and does not open without a selection', () => {
  expect(labels({ isEditable: false, selectionText: 'a caption', editFlags })).toEqual(['Copy']);
  expect(labels({ isEditable: false, selectionText: ' ', editFlags })).toEqual([]);
});

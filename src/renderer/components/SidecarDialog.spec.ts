import { expect, it } from 'vitest';
import { folder, job, photoId, status } from '../../../test/support/contract-values.ts';
import { button, screen, showOn } from '../../../test/support/render.ts';
import { startPage, type Answers } from '../../../test/support/page.ts';
import type { SidecarPlan } from '../../shared/contract/metadata.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import SidecarDialog from './SidecarDialog.svelte';

const plan = (more: Partial<SidecarPlan> = {}): SidecarPlan => ({
  ...{ photos: 1200, toWrite: 3, newSidecars: 2, captions: 1, tags: 4, people: 1, ratings: 1, dates: 0, conflicts: 0 },
  examples: [{ photo: '/p/lake.jpg', caption: 'The lake', tags: ['sea'], people: ['Ada'], rating: 4, date: '1968-06' }],
  conflictExamples: [],
  ...more,
});

async function open(answers: Answers, selected: readonly PhotoId[] = []) {
  const page = await startPage({
    'library.status': status({ folders: [folder({ path: '/photos/Italy' })] }),
    'metadata.writing': { allowed: true },
    'metadata.plan': plan(),
    'metadata.writeKnown': job({ kind: 'sidecars' }),
    ...answers,
  });
  page.app.sidecars.open(selected.length > 0 ? { of: 'photos', photoIds: [...selected] } : { of: 'library' }, selected);
  return showOn(page, SidecarDialog, {});
}

it('says what would be written, with examples, before anything is', async () => {
  const { sent } = await open({});
  expect(await screen.findByText('3 photos have something to write; checked: 1,200.')).not.toBeNull();
  expect(
    screen.getByText(/^Captions: 1 · Tags: 4 · People: 1 · Ratings: 1 · Dates: 0 · New sidecars: 2$/),
  ).not.toBeNull();
  expect(screen.getByText(/The lake · sea · Ada · ★★★★ · 1968-06/)).not.toBeNull();
  expect(sent('metadata.writeKnown')).toEqual([]);
});

it('writes all photos, one folder or the selection, and closes', async () => {
  const { user, sent } = await open({}, [photoId(7)]);
  await user.selectOptions(screen.getByLabelText('Photos'), '/photos/Italy');
  await user.selectOptions(screen.getByLabelText('Photos'), 'All photos');
  await user.selectOptions(screen.getByLabelText('Photos'), '1 selected photo');
  expect(sent('metadata.plan').map(({ scope }) => scope)).toEqual([
    { of: 'photos', photoIds: [7] },
    { of: 'folder', folderId: 1 },
    { of: 'library' },
    { of: 'photos', photoIds: [7] },
  ]);
  await screen.findByText(/something to write/);
  await user.click(button('Write'));
  expect(sent('metadata.writeKnown')).toEqual([{ scope: { of: 'photos', photoIds: [7] }, replace: false }]);
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('shows where sidecars have other values, and replaces them only on request', async () => {
  const conflict = { photo: '/p/lake.jpg', field: 'caption', sidecar: 'Theirs', library: 'Mine' } as const;
  const { user, sent } = await open({ 'metadata.plan': plan({ conflicts: 1, conflictExamples: [conflict] }) });
  expect(await screen.findByText(/Caption: the sidecar says “Theirs”, the library “Mine”/)).not.toBeNull();
  await user.click(screen.getByLabelText('Replace these values in the sidecars'));
  await user.click(button('Write'));
  expect(sent('metadata.writeKnown')).toEqual([{ scope: { of: 'library' }, replace: true }]);
});

it('writes nothing until it is allowed, nor where there is nothing to write', async () => {
  const { user, sent, answer } = await open({ 'metadata.writing': { allowed: false } });
  await screen.findByText(/something to write/);
  expect(button('Write').disabled).toBe(true);
  answer({ 'metadata.writing': { allowed: true }, 'metadata.plan': plan({ toWrite: 0, examples: [] }) });
  await user.click(screen.getByLabelText('Allow writing XMP sidecars'));
  expect(sent('metadata.writing')).toContainEqual({ allowed: true });
  expect(button('Write').disabled).toBe(false);
  await user.selectOptions(screen.getByLabelText('Photos'), '/photos/Italy');
  expect(await screen.findByText('The sidecars of 1,200 photos say all that is known.')).not.toBeNull();
  expect(button('Write').disabled).toBe(true);
});

import { describe, expect, it } from 'vitest';
import { job } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, show, showOn, textOf } from '../../../test/support/render.ts';
import { aboutShared, connection } from '../../../test/support/shared-values.ts';
import type { PublishPlan } from '../../shared/contract/shared-library.ts';
import { modelId } from '../../shared/contract/ids.ts';
import SharedContents from './SharedContents.svelte';

describe('SharedContents', () => {
  it('says how many photos are there, by which model they are found, and by whom and when they were published', async () => {
    await show(SharedContents, { about: aboutShared });
    expect(textOf(screen.getByRole('region', { name: 'family at ben@server/photos' }))).toContain(
      '1,203 photos · model itq-64, 64 bits, of starter-1 · exact search',
    );
    expect(screen.getAllByRole('listitem').map(textOf)).toEqual([
      'anna on desk (anna) 1,200 photos · published on 14 November 2026 · Italy',
      'carla on sofa (carla) 3 photos · not complete yet · no folder is shared with you',
    ]);
  });

  it('gives the share of the nearest codes that an index finds', async () => {
    const { container } = await show(SharedContents, { about: { ...aboutShared, recall: 0.987 } });
    expect(textOf(container)).toContain('index that finds 98.7 % of the nearest codes');
  });

  it('says so where nothing is published yet', async () => {
    const { container } = await show(SharedContents, { about: { ...aboutShared, libraries: [] } });
    expect(textOf(container)).toContain('Nothing is in it yet.');
    expect(screen.queryAllByRole('listitem')).toEqual([]);
  });

  it('asks for what publishing would send, and not while photos are being published', async () => {
    const plan: PublishPlan = {
      ...{ server: connection.server, name: 'family', isFirst: true, folders: [], photos: 0, thumbnails: true },
      ...{ modelId: modelId.parse('itq-64'), encoderId: 'starter-1' },
    };
    const page = await startPage({ 'connections.show': aboutShared, 'connections.plan': plan });
    await page.app.shared.show(connection);
    const { app, user, tell } = showOn(page, SharedContents, { about: aboutShared });
    await user.click(button('Publish my photos…'));
    await expect.poll(() => app.shared.plan).toEqual(plan);
    tell({ type: 'job', job: job({ kind: 'publish' }) });
    await expect
      .poll(() => screen.queryByRole<HTMLButtonElement>('button', { name: 'Publishing…' })?.disabled)
      .toBe(true);
  });
});

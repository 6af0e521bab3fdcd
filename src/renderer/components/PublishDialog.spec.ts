import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { folder, job, status } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, showOn, textOf } from '../../../test/support/render.ts';
import { aboutShared, connection } from '../../../test/support/shared-values.ts';
import type { FolderId } from '../../shared/contract/ids.ts';
import { modelId } from '../../shared/contract/ids.ts';
import type { PublishPlan } from '../../shared/contract/shared-library.ts';
import PublishDialog from './PublishDialog.svelte';

const folders = [folder({ photos: 4 }), folder({ id: 2 as FolderId, path: '/photos/Home', photos: 30 })];
const plan: PublishPlan = {
  ...{ server: connection.server, name: 'family', isFirst: false, photos: 4, thumbnails: true },
  ...{ modelId: modelId.parse('itq-64'), encoderId: 'starter-1' },
  folders: [{ id: 1 as FolderId, path: '/photos/Italy', photos: 4, isNew: false }],
};

async function opened() {
  const page = await startPage({
    ...{ 'library.status': status({ folders }), 'connections.show': aboutShared },
    'app.publish': job({ kind: 'publish' }),
  });
  await page.app.shared.show(connection);
  const onclose = vi.fn();
  return { ...showOn(page, PublishDialog, { plan, onclose }), onclose };
}
const publish = () => button(/^Publish \d/);

describe('PublishDialog', () => {
  it('has the folders of the plan chosen, and says of each whether it was published before', async () => {
    await opened();
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /Italy 4 photos · published before/ }).checked).toBe(
      true,
    );
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /Home 30 photos · new there/ }).checked).toBe(false);
  });

  it('counts the photos of the chosen folders, and sends nothing before its button is pressed', async () => {
    const { user, sent } = await opened();
    expect(textOf(publish())).toBe('Publish 4 photos');
    await user.click(screen.getByLabelText(/Home/));
    expect(textOf(publish())).toBe('Publish 34 photos');
    expect(sent('app.publish')).toEqual([]);
    await user.click(publish());
    expect(sent('app.publish')).toEqual([{ connection: 1, folderIds: [1, 2], thumbnails: true }]);
  });

  it('lists thumbnails among what leaves this computer only where they are published', async () => {
    const { user } = await opened();
    const leaves = () => textOf(screen.getByRole('region', { name: 'What leaves this computer' }));
    expect(leaves()).toContain('Thumbnails, at most 512 pixels wide or high');
    await user.click(screen.getByLabelText('With thumbnails'));
    expect(leaves()).not.toContain('Thumbnails');
    expect(textOf(screen.getByRole('region', { name: 'What stays here' }))).toContain('The photos themselves');
  });

  it('says which folder would be taken off the server, and publishes no empty choice', async () => {
    const { user } = await opened();
    await user.click(screen.getByLabelText(/Italy/));
    expect(screen.queryByText('Taken off the server: /photos/Italy')).not.toBeNull();
    expect(publish().disabled).toBe(true);
  });

  it('has a menu for each folder: publish it alone, or open it in the file manager', async () => {
    const { user, sent, answer } = await opened();
    answer({ 'app.menu': { chosen: '1' } });
    const home = screen.getByLabelText(/Home/);
    await fireEvent.contextMenu(home, { clientX: 5, clientY: 6 });
    await expect.poll(() => textOf(publish())).toBe('Publish 30 photos');
    home.focus();
    await user.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}');
    expect(sent('app.showFolder')).toEqual([{ folderId: 2 }]);
    await user.keyboard(' ');
    expect(publish().disabled).toBe(true);
  });

  it('closes at Cancel and publishes nothing', async () => {
    const { user, sent, onclose } = await opened();
    await user.click(button('Cancel'));
    expect([onclose.mock.calls.length, sent('app.publish')]).toEqual([1, []]);
  });
});

import { describe, expect, it } from 'vitest';
import type { FolderId } from '../../shared/contract/ids.ts';
import type { PublishPlan } from '../../shared/contract/shared-library.ts';
import { HashlensError } from '../../shared/errors.ts';
import { modelId } from '../../shared/contract/ids.ts';
import { folder, hit, job, photoId, status } from '../../../test/support/contract-values.ts';
import {
  aboutShared as about,
  connection,
  sharedAnswer as answered,
  sharedHit as found,
} from '../../../test/support/shared-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import SharedView from './SharedView.svelte';

const known = { 'connections.list': [connection], 'connections.show': about } as const;
const server = /^(app\.addConnection|app\.publish|connections\.(?!list$))/;

describe('SharedView', () => {
  it('asks no server before the person opens a library, and then shows its contents', async () => {
    const { user, asked } = await show(SharedView, {}, known);
    expect(asked.filter(({ method }) => server.test(method))).toEqual([]);
    await user.click(button(/^family/));
    const text = textOf(await screen.findByRole('region', { name: 'family at ben@server/photos' }));
    for (const part of ['1,203 photos', 'itq-64', 'anna on desk', '14 November 2026', 'Italy', 'not complete yet']) {
      expect(text).toContain(part);
    }
    expect(asked.filter(({ method }) => server.test(method))).toEqual([
      { method: 'connections.show', params: { connection: 1 } },
    ]);
  });

  it('searches on Enter alone, by words and the number of the connection, and asks for more', async () => {
    const hits = Array.from({ length: 60 }, (_, i) => found(i + 1));
    const { user, sent } = await show(SharedView, {}, { ...known, 'connections.search': answered(hits) });
    await user.click(button(/^family/));
    await user.type(await screen.findByRole('searchbox'), 'a dog');
    expect(sent('connections.search')).toEqual([]);
    await user.keyboard('{Enter}');
    expect(await screen.findByText('60 photos')).not.toBeNull();
    const asked = { connection: 1, text: 'a dog', terms: [], limit: 60, approximate: false };
    expect(sent('connections.search')).toEqual([asked]);
    await user.click(button('Show more'));
    expect(sent('connections.search')).toEqual([asked, { ...asked, limit: 120 }]);
    const image = screen.getByRole('button', { name: 'Open 7.jpg' }).querySelector('img');
    expect(image?.getAttribute('src')).toBe('photo://shared/1/7');
  });

  it('uses the index of the server if the person wants that, and shows its recall', async () => {
    const indexed = { ...about, recall: 0.987 };
    const { user, sent } = await show(
      SharedView,
      {},
      { ...known, 'connections.show': indexed, 'connections.search': answered([found(1)], { recall: 0.987 }) },
    );
    await user.click(button(/^family/));
    await user.click(await screen.findByLabelText(/finds 98\.7 % of the nearest codes/));
    await user.type(screen.getByRole('searchbox'), 'a dog{Enter}');
    expect(await screen.findByText(/index that finds 98\.7 %.*$/, { selector: '[role=status] *' })).not.toBeNull();
    expect(sent('connections.search')).toMatchObject([{ approximate: true }]);
  });

  it('searches by a photo of the library', async () => {
    const { app, sent } = await show(SharedView, {}, { ...known, 'connections.search': answered([found(1)]) });
    await app.shared.show(connection);
    app.findShared(photoId(5), '/photos/cat.jpg');
    await screen.findByRole('list', { name: 'Photos of the shared library' });
    expect(sent('connections.search')[0]).toMatchObject({ terms: [{ kind: 'photo', photoId: 5, weight: 1 }] });
    expect(screen.getByAltText('Like cat.jpg').getAttribute('src')).toBe('photo://thumb/5');
  });

  it('shows the metadata of a photo, and opens the original if it is here', async () => {
    const facts = {
      ...{ captions: ['The sea'], tags: ['beach'], people: ['Ben'], place: 'Rome', camera: null, rating: 4 },
      ...{ capturedAt: Date.UTC(2019, 6, 14, 16, 20), capturedUntil: null, size: 2_000_000, format: 'jpeg' },
    };
    const hits = [found(1), found(2, { photoId: photoId(9) })];
    const { app, user } = await show(
      SharedView,
      {},
      { ...known, 'connections.search': answered(hits), 'connections.photo': facts, 'photos.lines': [hit(9)] },
    );
    await app.shared.show(connection);
    app.shared.text = 'sea';
    await app.shared.search();
    await user.click(await screen.findByRole('button', { name: 'Open 1.jpg' }));
    const dialog = await screen.findByRole('dialog');
    expect(await screen.findByText('The sea')).not.toBeNull();
    for (const part of ['anna on desk', 'Italy/sea/1.jpg', 'beach', 'Ben', 'Rome', '★★★★', '14 July 2019']) {
      expect(textOf(dialog)).toContain(part);
    }
    expect(textOf(dialog)).toContain('The original is on the computer of the person who published it.');
    await user.click(button('Next photo'));
    await user.click(await screen.findByRole('button', { name: 'Open my photo' }));
    expect(app.viewer.hit?.photoId).toBe(9);
  });

  it('shows a photo with the same caption twice', async () => {
    const facts = {
      ...{ captions: ['The sea', 'The sea'], tags: [], people: [], place: null, camera: null, rating: null },
      ...{ capturedAt: null, capturedUntil: null, size: 2_000_000, format: 'jpeg' },
    };
    const { app } = await show(
      SharedView,
      {},
      { ...known, 'connections.search': answered([found(1)]), 'connections.photo': facts },
    );
    await app.shared.show(connection);
    app.shared.text = 'sea';
    await app.shared.search();
    await app.shared.look(0);
    expect(await screen.findAllByText('The sea')).toHaveLength(2);
  });

  it('refuses an empty image as the query', async () => {
    const { app, sent } = await show(SharedView, {}, known);
    await app.shared.show(connection);
    await app.shared.takeImage(new File([], 'empty.jpg'));
    expect(textOf(await screen.findByRole('alert'))).toContain('empty.jpg is empty.');
    expect(sent('connections.search')).toEqual([]);
  });

  it('asks for the password if the server refuses, sends it beside the number, and tries again', async () => {
    const refuse = () => {
      throw new HashlensError('server-refused', 'The server ben@server/photos asks for a password.');
    };
    const { user, sent, answer } = await show(SharedView, {}, { ...known, 'connections.show': refuse });
    await user.click(button(/^family/));
    expect(textOf(await screen.findByRole('alert'))).toContain('Check user and password');
    answer({ 'connections.show': about });
    await user.type(screen.getByLabelText(/^Password for ben@server/), 'horse{Enter}');
    await screen.findByRole('region', { name: 'family at ben@server/photos' });
    expect(sent('connections.password')).toEqual([{ connection: 1, password: 'horse' }]);
  });

  it('adds a library by its address, keeps the typed text if that fails, and opens it', async () => {
    let tries = 0;
    const { user, sent, answer } = await show(
      SharedView,
      {},
      {
        ...{ 'connections.list': [], 'connections.show': about },
        'app.addConnection': () => {
          if (tries++ === 0) throw new HashlensError('server-unreachable', 'The server cannot be reached.');
          return { connection, names: ['family'] };
        },
      },
    );
    await user.click(button('Add…'));
    await user.type(screen.getByLabelText('Address of the server'), 'postgresql://ben@server/photos');
    await user.type(screen.getByLabelText('Password'), 'horse');
    await user.click(button('Connect'));
    expect(textOf(await screen.findByRole('alert'))).toContain('The server cannot be reached. Try again');
    answer({ 'connections.list': [connection] });
    await user.click(button('Connect'));
    await screen.findByRole('region', { name: 'family at ben@server/photos' });
    const wanted = { url: 'postgresql://ben@server/photos', name: 'family', password: 'horse' };
    expect(sent('app.addConnection')).toEqual([wanted, wanted]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('lists the data to be sent before it publishes, and publishes the marked folders', async () => {
    const folders = [folder({ path: '/photos/Italy', photos: 4 }), folder({ id: 2 as FolderId, path: '/photos/Home' })];
    const plan: PublishPlan = {
      ...{ server: connection.server, name: 'family', isFirst: false, photos: 4, thumbnails: true },
      ...{ modelId: modelId.parse('itq-64'), encoderId: 'starter-1' },
      folders: [{ id: 1 as FolderId, path: '/photos/Italy', photos: 4, isNew: false }],
    };
    const { app, user, sent } = await show(
      SharedView,
      {},
      {
        ...known,
        ...{ 'library.status': status({ folders }), 'connections.plan': plan },
        'app.publish': job({ kind: 'publish', state: 'running' }),
      },
    );
    await app.shared.show(connection);
    await user.click(await screen.findByRole('button', { name: 'Publish my photos…' }));
    const dialog = await screen.findByRole('dialog');
    expect(textOf(dialog)).toContain('What leaves this computer');
    expect(sent('app.publish')).toEqual([]);
    await user.click(screen.getByLabelText(/Home/));
    await user.click(screen.getByLabelText(/Italy/));
    expect(textOf(dialog)).toContain('Taken off the server: /photos/Italy');
    await user.click(screen.getByLabelText('With thumbnails'));
    await user.click(button(/^Publish \d/));
    expect(sent('app.publish')).toEqual([{ connection: 1, folderIds: [2], thumbnails: false }]);
    expect(app.jobs.active.map(({ kind }) => kind)).toEqual(['publish']);
  });

  it('takes the published model if this library has another', async () => {
    const { app, user, sent } = await show(
      SharedView,
      {},
      {
        ...known,
        'connections.plan': () => {
          throw new HashlensError('model-differs', 'It was published with another model.');
        },
        'connections.model': { modelId: modelId.parse('itq-64') },
      },
    );
    await app.shared.show(connection);
    await app.shared.prepare();
    await user.click(await screen.findByRole('button', { name: 'Use its model for my photos' }));
    expect(sent('models.activate')).toEqual([{ modelId: 'itq-64' }]);
  });

  it('removes a connection after asking', async () => {
    const { user, sent } = await show(SharedView, {}, known);
    await user.click(button('Remove family at ben@server/photos'));
    expect(sent('connections.remove')).toEqual([]);
    await user.click(button('Remove'));
    expect(sent('connections.remove')).toEqual([{ connection: 1 }]);
  });
});

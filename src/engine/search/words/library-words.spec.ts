// All words of a library, however many photos have them.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { openStore } from '../../store/database.ts';
import type { TagSource } from '../../store/texts.ts';
import { LibraryWords } from './library-words.ts';

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/photos', null).id;
  const words = new LibraryWords(store);
  return {
    store,
    photo: (path: string) => store.photos.insert(folderId, photoFile(path), photoFacts),
    caption: (id: PhotoId, text: string) => store.texts.replaceCaptions(id, ['own'], [{ text, source: 'own' }]),
    tag: (id: PhotoId, name: string, source: TagSource = 'own') =>
      store.texts.replaceTags(id, [source], [{ name, source }]),
    list: async () => {
      store.fullText.refresh();
      return (await words.all()).map(({ text, isTag, photos }) => `${text} ${isTag ? 'tag' : 'word'} ${photos}`);
    },
  };
}

it('are listed with all of their photos, more than one page of captions, the most used first', async () => {
  const { store, photo, caption, tag, list } = library();
  store.transaction(() => {
    for (let i = 0; i < 2300; i++) {
      const id = photo(`${i}.jpg`);
      caption(id, i < 2200 ? 'a garden' : 'white boats');
      if (i === 2299) tag(id, 'Oma');
    }
  });
  expect(await list()).toEqual(['garden word 2200', 'boats word 100', 'white word 100', 'Oma tag 1']);
});

it('count a word once in all its forms, and a photo once that has it as tag and in its caption', async () => {
  const { photo, caption, tag, list } = library();
  const first = photo('a.jpg');
  tag(first, 'Dog');
  caption(first, 'dogs in the garden');
  caption(photo('b.jpg'), 'a dog');
  expect(await list()).toEqual(['Dog tag 2', 'garden word 1']);
});

it('count the singular and the plural of an irregular noun once', async () => {
  const { photo, caption, list } = library();
  caption(photo('a.jpg'), 'two men');
  caption(photo('b.jpg'), 'a man');
  caption(photo('c.jpg'), 'leaves');
  caption(photo('d.jpg'), 'a leaf');
  expect(await list()).toEqual(['leaves word 2', 'men word 2', 'two word 1']);
});

it('leave out folder names and words of photos that are gone', async () => {
  const { store, photo, caption, tag, list } = library();
  const [first, gone] = [photo('a.jpg'), photo('b.jpg')];
  caption(first, 'a harbour');
  tag(first, 'Album', 'folder');
  caption(gone, 'a harbour and a lighthouse');
  tag(gone, 'Spain');
  expect(await list()).toEqual(['harbour word 2', 'Spain tag 1', 'lighthouse word 1']);
  store.photos.setPresent(gone, false);
  expect(await list()).toEqual(['harbour word 1']);
});

it('have a tag of several words beside its words, and a tag that is a word of little meaning', async () => {
  const { photo, caption, tag, list } = library();
  tag(photo('a.jpg'), 'The Beach');
  tag(photo('b.jpg'), 'things');
  caption(photo('c.jpg'), 'a beach with things');
  expect(await list()).toEqual(['beach word 2', 'things tag 2', 'The Beach tag 1']);
});

it('have a tag without letters', async () => {
  const { photo, tag, list } = library();
  tag(photo('a.jpg'), '❤');
  tag(photo('b.jpg'), '+++');
  expect(await list()).toEqual(['+++ tag 1', '❤ tag 1']);
});

// Captions, tags and people: one set per source, and those that count as written by a person.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { CaptionId, PhotoId } from '../../shared/contract/ids.ts';
import { openStore } from './database.ts';
import type { CaptionSource, TagSource } from './texts.ts';

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/photos', null).id;
  const add = (path: string) => store.photos.insert(folderId, photoFile(path), photoFacts);
  const caption = (id: PhotoId, source: CaptionSource, ...texts: readonly string[]) =>
    store.texts.replaceCaptions(
      id,
      [source],
      texts.map((text) => ({ text, source })),
    );
  const tag = (id: PhotoId, source: TagSource, ...names: readonly string[]) =>
    store.texts.replaceTags(
      id,
      [source],
      names.map((name) => ({ name, source })),
    );
  return { store, texts: store.texts, add, caption, tag };
}

it('keeps a caption that stays under its id, and the same text of another source apart', () => {
  const { texts, add, caption } = library();
  const id = add('a.jpg');
  caption(id, 'iptc', 'one', 'two');
  caption(id, 'xmp', 'two');
  const before = texts.captionsOf(id);
  caption(id, 'iptc', 'two', 'three', 'two');
  const after = texts.captionsOf(id);
  expect(after.map(({ text, source }) => `${source} ${text}`)).toEqual(['xmp two', 'iptc two', 'iptc three']);
  expect(after.slice(0, 2)).toEqual([before[0], before[2]]);
  expect(texts.caption(after[2]?.id as CaptionId)).toEqual({ text: 'three', photoId: id, source: 'iptc' });
  expect(texts.caption(99 as CaptionId)).toBeNull();
});

it('shows what the person wrote before what files say', () => {
  const { texts, add, caption } = library();
  const id = add('a.jpg');
  caption(id, 'iptc', 'of the file');
  caption(id, 'own', 'mine');
  expect(texts.captionsOf(id).map(({ text }) => text)).toEqual(['mine', 'of the file']);
});

it('lists captions by the precedence of their sources, whenever they were read', () => {
  const { store, texts, add, caption } = library();
  const id = add('a.jpg');
  const files = ['caption-file', 'picasa', 'takeout', 'comment', 'png', 'exif', 'iptc', 'xmp', 'text-file'] as const;
  for (const source of [...files, 'sidecar', 'own'] as const) {
    caption(id, source, source);
    expect([store.photos.line(id)?.caption, texts.captionsOf(id)[0]?.text]).toEqual([source, source]);
  }
  expect(texts.captionsOf(id).map(({ text }) => text)).toEqual(['own', 'sidecar', ...files.toReversed()]);
});

it('replaces tags of the named sources alone, and names each tag once, without regard to case', () => {
  const { texts, add, tag } = library();
  const id = add('a.jpg');
  tag(id, 'iptc', 'Sea', 'beach');
  tag(id, 'xmp', 'sea', 'dog');
  tag(id, 'iptc', 'Zoo');
  expect(texts.tagsOf(id)).toEqual(['dog', 'Sea', 'Zoo']);
  expect(texts.namesFrom(id, ['xmp'])).toEqual({ tags: ['dog', 'Sea'], people: [] });
  texts.removeUnusedTags();
  expect(texts.written(9).toSorted()).toEqual(['Sea', 'Zoo', 'dog']);
});

it('knows the names of tags and people, whole or by their first word', () => {
  const { texts, add, tag } = library();
  const id = add('a.jpg');
  tag(id, 'iptc', 'Sea', 'Family/May', 'Friends/Will Brown', 'After the party');
  texts.replacePeople(id, ['xmp'], [{ name: 'Don Camillo', source: 'xmp' }]);
  for (const word of ['SEA', 'may', 'will', 'don'])
    expect({ word, isName: texts.isName(word) }).toEqual({ word, isName: true });
  for (const word of ['after', 'brown', 'party', 'cat']) {
    expect({ word, isName: texts.isName(word) }).toEqual({ word, isName: false });
  }
  tag(id, 'iptc', 'Sea');
  expect(texts.isName('may')).toBe(false);
});

it('keeps names of people by source', () => {
  const { texts, add } = library();
  const id = add('a.jpg');
  texts.replacePeople(
    id,
    ['xmp'],
    [
      { name: 'Rosa', source: 'xmp' },
      { name: 'Ada', source: 'xmp' },
    ],
  );
  texts.replacePeople(id, ['picasa'], [{ name: 'Rosa', source: 'picasa' }]);
  expect(texts.peopleOf(id)).toEqual(['Ada', 'Rosa']);
  texts.replacePeople(id, ['xmp'], [{ name: 'Zoe', source: 'xmp' }]);
  expect(texts.peopleOf(id)).toEqual(['Rosa', 'Zoe']);
  expect(texts.namesFrom(id, ['picasa', 'takeout'])).toEqual({ tags: [], people: ['Rosa'] });
});

it('makes no caption of the favourite tag', () => {
  const { texts, add, tag } = library();
  const id = add('a.jpg');
  tag(id, 'takeout', 'Favorite');
  texts.refreshTagCaption(id);
  expect(texts.captionsOf(id)).toEqual([]);
  tag(id, 'takeout', 'Favorite', 'sea');
  texts.refreshTagCaption(id);
  expect(texts.captionsOf(id).map(({ text }) => text)).toEqual(['sea']);
  tag(id, 'takeout');
  texts.refreshTagCaption(id);
  expect(texts.captionsOf(id)).toEqual([]);
});

it('makes a caption of tags only while there is no other, in the order of the tags', () => {
  const { texts, add, caption, tag } = library();
  const id = add('a.jpg');
  const captions = () => texts.captionsOf(id).map(({ text, source }) => `${source}: ${text}`);
  tag(id, 'iptc', 'sea', 'Beach');
  texts.refreshTagCaption(id);
  expect(captions()).toEqual(['tags: Beach, sea']);
  const [before] = texts.captionsOf(id);
  texts.refreshTagCaption(id);
  expect(texts.captionsOf(id)).toEqual([before]);
  caption(id, 'iptc', 'The sea.');
  texts.refreshTagCaption(id);
  expect(captions()).toEqual(['iptc: The sea.']);
  caption(id, 'iptc');
  texts.refreshTagCaption(id);
  expect(captions()).toEqual(['tags: Beach, sea']);
});

it('does not bring back words that were taken away and that the file no longer has', () => {
  const { store, texts, add, caption, tag } = library();
  const id = add('a.jpg');
  caption(id, 'iptc', 'a dog', 'a boat');
  tag(id, 'iptc', 'dog');
  const none = { addCaptions: [], removeCaptions: [], addTags: [], removeTags: [] };
  const edit = (change: object) =>
    store.edits.apply({ photoIds: [id], ...none, ...change }, () => expect.fail('there is no date'));
  edit({ removeCaptions: ['a dog', 'a boat'], removeTags: ['dog'] });
  expect([texts.captionsOf(id), texts.tagsOf(id)]).toEqual([[], []]);
  caption(id, 'iptc', 'a boat');
  tag(id, 'iptc');
  store.edits.show(id);
  expect([texts.captionsOf(id), texts.tagsOf(id)]).toEqual([[], []]);
  edit({ addCaptions: ['a boat'] });
  store.edits.show(id);
  expect([texts.captionsOf(id).map(({ text }) => text), texts.tagsOf(id)]).toEqual([['a boat'], []]);
});

it('counts each caption and all tags but folder names as texts about a photo', () => {
  const { texts, add, caption, tag } = library();
  const [both, tags, folder, liked, made, bare] = ['a', 'b', 'c', 'd', 'e', 'f'].map(add) as PhotoId[];
  if (!both || !tags || !folder || !liked || !made || !bare) throw new Error('six photos');
  caption(both, 'iptc', 'one', 'two');
  tag(both, 'iptc', 'sea');
  tag(tags, 'xmp', 'sea', 'dog');
  tag(folder, 'folder', 'Holidays');
  tag(liked, 'picasa', 'Favorite');
  tag(made, 'folder', 'Holidays');
  texts.refreshTagCaption(made);
  const counted = texts.counted([both, tags, folder, liked, made, bare]);
  expect(counted).toEqual(
    new Map([
      [both, 3],
      [tags, 1],
    ]),
  );
  expect(texts.counted([tags])).toEqual(new Map([[tags, 1]]));
  expect(texts.writtenAbout()).toEqual(new Set([both, tags]));
  expect(texts.describedPhotos()).toEqual(new Set([both, tags]));
});

it('takes folder names for descriptions where nothing else is written', () => {
  const { texts, add, tag } = library();
  const id = add('a.jpg');
  add('b.jpg');
  expect(texts.describedPhotos()).toEqual(new Set());
  tag(id, 'folder', 'Holidays');
  expect(texts.writtenAbout()).toEqual(new Set());
  expect(texts.describedPhotos()).toEqual(new Set([id]));
});

it('counts and pairs what belongs to photos that are there', () => {
  const { store, texts, add, caption, tag } = library();
  const [a, b] = [add('a.jpg'), add('b.jpg')];
  caption(a, 'iptc', 'one');
  caption(b, 'iptc', 'twice');
  tag(a, 'iptc', 'sea');
  tag(a, 'xmp', 'sea');
  tag(b, 'iptc', 'sea', 'dog');
  store.photos.setPresent(b, false);
  expect(texts.counts()).toEqual({ captions: 1, tags: 1 });
  const [pair, ...more] = texts.photoTags();
  expect([pair?.photoId, texts.tagName(pair?.tagId ?? 0), more]).toEqual([a, 'sea', []]);
  expect(texts.tagName(99)).toBeNull();
  expect(texts.captionLetters()).toBe(8);
});

it('gives the captions and tags of the photos that are asked for, and none made of tags', () => {
  const { texts, add, caption, tag } = library();
  const [a, b, c] = [add('a.jpg'), add('b.jpg'), add('c.jpg')];
  caption(a, 'iptc', 'second', 'first');
  tag(a, 'iptc', 'zoo', 'Ape');
  tag(b, 'iptc', 'dog');
  texts.refreshTagCaption(b);
  caption(c, 'iptc', 'of another');
  expect(texts.textsOf([b, a])).toEqual(
    new Map([
      [b, { captions: [], tags: ['dog'] }],
      [a, { captions: ['second', 'first'], tags: ['Ape', 'zoo'] }],
    ]),
  );
  expect(texts.captionsOfAll([b, a])).toEqual(new Map([[a, ['second', 'first']]]));
});

it('gives the newest captions people wrote, as many as asked for, and all tags', () => {
  const { texts, add, caption, tag } = library();
  const id = add('a.jpg');
  tag(id, 'iptc', 'sea');
  texts.refreshTagCaption(id);
  caption(id, 'xmp', 'old');
  caption(id, 'iptc', 'newer', 'newest');
  expect(texts.written(2)).toEqual(['sea', 'newest', 'newer']);
});

it('names the photos of which a source says something: all, those of a folder, or some of them', () => {
  const { store, texts, add, caption, tag } = library();
  const [a, b, c] = [add('a.jpg'), add('b.jpg'), add('c.jpg')];
  const other = store.folders.add('/other', null).id;
  const far = store.photos.insert(other, photoFile('d.jpg'), photoFacts);
  caption(a, 'own', 'a dog');
  tag(c, 'takeout', 'sea');
  caption(b, 'sidecar', 'a cat');
  tag(far, 'own', 'sea');
  const from = (among: Partial<Parameters<typeof texts.photosFrom>[1]>) =>
    texts.photosFrom(['own', 'takeout'], { folderId: null, photoIds: null, ...among });
  expect(from({})).toEqual([a, c, far]);
  expect(from({ folderId: other })).toEqual([far]);
  expect(from({ photoIds: [c, b, a] })).toEqual([a, c]);
  expect(from({ photoIds: [] })).toEqual([]);
});

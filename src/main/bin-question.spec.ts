import { describe, expect, it } from 'vitest';
import { inGerman } from '../../test/support/german.ts';
import { photoId } from '../../test/support/contract-values.ts';
import type { FolderId } from '../shared/contract/ids.ts';
import type { PhotoFiles } from '../shared/contract/photos.ts';
import { binQuestion } from './bin-question.ts';

const files = (path: string, versions: readonly string[] = []): PhotoFiles => ({
  photoId: photoId(1),
  folderId: 1 as FolderId,
  path,
  versions,
});

describe('binQuestion', () => {
  it('names the file of one photo, in either language', async () => {
    const one = [files('/home/me/Rex at the sea.jpg')] as const;
    expect(binQuestion(one).message).toBe('Move “Rex at the sea.jpg” to the bin?');
    await inGerman(() => expect(binQuestion(one).message).toBe('„Rex at the sea.jpg“ in den Papierkorb legen?'));
  });

  it('escapes what would turn the letters of a name round', () => {
    expect(binQuestion([files('/home/me/a\u202Egpj.exe.jpg')]).message).not.toContain('\u202E');
  });

  it('gives the number of several photos, and that of their files where it differs', () => {
    const two = binQuestion([files('/a.jpg', ['/a.cr2']), files('/b.jpg')]);
    expect([two.message, two.detail]).toEqual([
      'Move 2 photos to the bin?',
      expect.stringMatching(/^With other versions, 3 files are moved\. /),
    ]);
  });
});

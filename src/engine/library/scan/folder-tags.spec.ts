// Folder names as tags.
import { describe, expect, it } from 'vitest';
import { folderTags } from './folder-tags.ts';

describe('folderTags', () => {
  it.each([
    ['Holidays/2019 Italy/IMG.jpg', ['Holidays', 'Italy']],
    ['2019/2019-07-31/IMG.jpg', []],
    ['2019/07 July/IMG.jpg', []],
    ['20190731_Wedding/IMG.jpg', ['Wedding']],
    ['31.07.2019 - Beach/IMG.jpg', ['Beach']],
    ['2018-12 New Year/IMG.jpg', ['New Year']],
    ['DCIM/100CANON/IMG_1.jpg', []],
    ['DCIM/Camera/IMG_1.jpg', []],
    ['100APPLE/IMG_1.jpg', []],
    ['New folder (2)/Untitled Folder/IMG.jpg', []],
    ['Neuer Ordner/Küste/IMG.jpg', ['Küste']],
    ['photos/Italy/italy/IMG.jpg', ['Italy']],
    ['旅行/京都 2019/IMG.jpg', ['旅行', '京都']],
    ['Photos/Grandma’s 80th birthday/IMG.jpg', ['Grandma’s 80th birthday']],
    ['Cats_and_dogs/IMG.jpg', ['Cats and dogs']],
    ['12/345/IMG.jpg', []],
    ['Route 66/IMG.jpg', ['Route 66']],
    ['train/val/test/IMG.jpg', []],
    ['Camera Roll/Saved Pictures/IMG.jpg', []],
    ['(Italy)/[Rome]/IMG.jpg', ['Italy', 'Rome']],
    ['Bay (Wales)/Italy (2019)/IMG.jpg', ['Bay (Wales)', 'Italy']],
    ['01 Italy/3. Beach/IMG.jpg', ['Italy', 'Beach']],
    ['Takeout-20240101T000000Z-001/Google Photos/Photos from 2014 (1)/IMG.jpg', []],
    ['Google Fotos/Fotos von 2014/IMG.jpg', []],
    ["Google Photos/Photos de l'année 2014/IMG.jpg", []],
    ['Google Photos/Untitled(3)/IMG.jpg', []],
    ['Google Fotos/Ohne Titel/IMG.jpg', []],
    ['Google Fotos/Papierkorb/IMG.jpg', []],
    ['Hangout_ 12/Auto Backup/IMG.jpg', []],
    ['Google Photos/Friday in Rome/IMG.jpg', ['Friday in Rome']],
    ['IMG.jpg', []],
  ])('reads %s', (photo, tags) => {
    expect(folderTags(photo)).toEqual(tags);
  });
});

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
    ['x100CANON/100CANONX/IMG.jpg', ['x100CANON', '100CANONX']],
    ['007 Bond/12 - Sea/3.Beach/80 - /IMG.jpg', ['Bond', 'Sea', 'Beach']],
    ['12 Monkeys/Apollo 11/IMG.jpg', ['12 Monkeys', 'Apollo 11']],
    [
      '1899 Fair/201907 Rome/3.7.2019 Bonn/31.07.19 Oslo/2019_07_31 Riga/IMG.jpg',
      ['Fair', 'Rome', 'Bonn', 'Oslo', 'Riga'],
    ],
    ['1799 Fair/IMG20190731x/IMG.jpg', ['1799 Fair', 'IMG20190731x']],
    ['Folder 1/Nieuwe map/Album (3)/untitled folder 3/Nuova cartella/IMG.jpg', []],
    ['My folder/Album of Rosa/New maps/IMG.jpg', ['My folder', 'Album of Rosa', 'New maps']],
    ['Sans titre(2)/无标题/Untitled/Untitled story/IMG.jpg', ['Untitled story']],
    ['Takeout/takeout-20240101T000000Z-1-002/Archive/Corbeille/ごみ箱/IMG.jpg', []],
    ['Archive of Rome/My trash/IMG.jpg', ['Archive of Rome', 'My trash']],
    ['A/京/IMG.jpg', ['京']],
    ['[ ] Rome/(( Oslo ))/ - Riga - /( )Bonn/IMG.jpg', ['Rome', 'Oslo', 'Riga', 'Bonn']],
    ['Misc/Unsorted/Screenshots/WhatsApp Images/iCloud Photos/Data Set/Camera Uploads/IMG.jpg', []],
    ['Jan/February/Mar/april/MAY/06 June/jul/Aug/sept/October/Nov/Dec/IMG.jpg', []],
    ['Mayday/Marching/The May/Dec holidays/IMG.jpg', ['Mayday', 'Marching', 'The May', 'Dec holidays']],
  ])('reads %s', (photo, tags) => {
    expect(folderTags(photo)).toEqual(tags);
  });
});

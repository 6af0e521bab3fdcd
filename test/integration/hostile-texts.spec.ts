// Texts made to be slow, for every reader that searches for patterns in text from files: the time grows linearly
// with the size. With quadratic growth each of these takes minutes to days.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { videoIn } from '../../src/engine/imaging/formats/motion.ts';
import { parseHeader } from '../../src/engine/imaging/formats/video.ts';
import { readCaptionFile } from '../../src/engine/library/captions/caption-files.ts';
import { readFileComments } from '../../src/engine/library/metadata/file-comments.ts';
import { promptOf } from '../../src/engine/library/metadata/prompt.ts';
import { changedXmp } from '../../src/engine/library/metadata/write-xmp.ts';
import { readXmp } from '../../src/engine/library/metadata/xmp.ts';
import { guessCharset } from '../../src/engine/text/charset.ts';
import { cleanCaption, splitKeywords } from '../../src/engine/text/file-text.ts';
import { baseForms } from '../../src/engine/text/inflections.ts';
import { tokenize } from '../../src/engine/text/tokenize.ts';
import { parseQuery } from '../../src/shared/query/grammar.ts';
import { xmpOf } from '../support/metadata-photo.ts';
import { temporaryFolder } from '../support/temporary.ts';

const size = 3_000_000;
const many = (text: string, of = size): string => text.repeat(Math.ceil(of / text.length));

const video = (text: string): Promise<unknown> => {
  const bytes = Buffer.from(text, 'latin1');
  return videoIn(bytes.length, (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)));
};
const header = (text: string): unknown => parseHeader(`Stream #0:0: Video: h264, 320x240\n${text}`);
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const captions = (json: string): Promise<unknown> => {
  const folder = temporaryFolder();
  const file = join(folder, 'captions.json');
  writeFileSync(file, json);
  return readCaptionFile(folder, file, ['a.jpg']);
};
/** The comment of a GIF, in blocks of 255 bytes. */
const comment = (text: string): unknown => {
  const blocks = (text.match(/.{1,255}/gs) ?? []).map((part) => `${String.fromCharCode(part.length)}${part}`);
  return readFileComments('gif', bytes(`GIF89a${'\0'.repeat(7)}!\u00fe${blocks.join('')}${'\0'.repeat(12)}`));
};
const sidecar = (inside: string): string => changedXmp(xmpOf('', inside), { caption: 'a dog', tags: ['dog'] }).text;

const property = (inside: string): Buffer => bytes(xmpOf('xmlns:lr="http://ns.adobe.com/lightroom/1.0/"', inside));
/** Each entity expands to ten of the previous one. */
const entities = Array.from({ length: 20 }, (_, i) => `<!ENTITY b${i} "${many(`&b${i - 1};`, 40)}">`);
const laughs = `<!DOCTYPE lolz [<!ENTITY b-1 "ha">${entities.join('')}]><x>&b19;</x>`;

it.each<[string, () => unknown]>([
  ['open tags of a list, in a motion photo', () => video(many('<rdf:li '))],
  ['open tags of its parts', () => video(many('<Item '))],
  ['parts that are never closed', () => video(many('<rdf:li rdf:parseType="Resource">'))],
  ['parts within an open tag', () => video(many('<rdf:li rdf:parseType="Resource" '))],
  ['offsets without a number', () => video(many('MicroVideoOffset="   '))],
  ['turns, in the title of a video', () => header(many('rotate'))],
  ['streams, in the title of a video', () => header(many('Stream #Video:'))],
  ['streams on one line', () => header(`Stream #0: Video: ${many('1x ')}`)],
  ['letters without a space', () => baseForms(many('a'))],
  [
    'letters of a text in an unknown character set',
    () => guessCharset(bytes(`caf\u00e9 ${many('a', 300_000)} \u00e9t\u00e9`)),
  ],
  ['dashes in such a text', () => guessCharset(bytes(many('a\u0096', 300_000)))],
  ['open tags, in ACDSee’s categories', () => readXmp(bytes(xmpOf(`acdsee:categories="${many('&lt;')}"`)))],
  [
    'open tags in a comment of a sidecar',
    () => sidecar(`<dc:description><!-- ${many('<rdf:li ')}--></dc:description>`),
  ],
  [
    'languages in a comment of a sidecar',
    () => sidecar(`<dc:title><!-- <rdf:li ${many('xml:lang="x-default" ')}--></dc:title>`),
  ],
  ['properties in a comment of a sidecar', () => sidecar(`<!-- ${many('<dc:subject ')}-->`)],
  [
    'ends of lists in a sidecar',
    () => sidecar(`<dc:subject><rdf:Bag><!-- ${many('</rdf:Bag> ')}--></rdf:Bag></dc:subject>`),
  ],
  [
    'items of a list of keywords',
    () => readXmp(property(`<dc:subject><rdf:Bag>${many('<rdf:li>a</rdf:li>')}</rdf:Bag></dc:subject>`)),
  ],
  ['steps of a keyword', () => readXmp(property(`<lr:hierarchicalSubject>${many('|a')}</lr:hierarchicalSubject>`))],
  ['entities that stand for others', () => readXmp(bytes(laughs))],
  ['equals signs in a tag', () => readXmp(bytes(`<x a${many('=')}></x>`))],
  ['spaces in a tag', () => readXmp(bytes(`<x a${many(' ')}b></x>`))],
  ['names in a tag', () => readXmp(bytes(`<x ${many('a  ')}></x>`))],
  ['quotation marks in a text of a caption file that is not closed', () => captions(`[NaN, "${many(String.raw`\"a`)}`)],
  ['digits behind a program in a comment', () => comment(`gimp ${many('1')}!`)],
  ['spaces behind a program in a comment', () => comment(`ezgif${many(' ')}!`)],
  ['lines in a prompt', () => promptOf(many('\n '))],
  ['braces in a prompt', () => promptOf(`{"a":${many('[')}`)],
  ['objects in a prompt', () => promptOf(`${many('{"image":')}1${many('}')}`)],
  ['quotation marks in a prompt', () => promptOf(many('" -'))],
  ['hashtags', () => splitKeywords([`${many('#a ')}!`])],
  ['branches of a tree of keywords', () => splitKeywords([many('a > ')])],
  ['slashes in a keyword', () => splitKeywords([`aaa${many(' a')}/`])],
  ['spaces in a caption', () => cleanCaption(`${many(' ')}a${many(' ')}`)],
  ['apostrophes', () => tokenize(many("a'"))],
  ['open quotations in a query', () => parseQuery(`\u2018a${many(' a')}`)],
  ['commas in a query', () => parseQuery(`no dog${many(',!')}x`)],
])('very many %s end in a result or a reason', async (_, work) => {
  const outcome: unknown = await Promise.resolve()
    .then(work)
    .then(
      () => 'result',
      (error: unknown) => error,
    );
  expect(outcome === 'result' || outcome instanceof Error).toBe(true);
});

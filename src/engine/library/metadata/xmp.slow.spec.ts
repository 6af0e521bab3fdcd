// XMP of megabytes, made to be slow: it is read, or left out, in time that grows linearly with its size.
import { expect, it } from 'vitest';
import { maxXmp, readXmp, type XmpFields } from './xmp.ts';

const namespaces =
  'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"';

function read(properties: string, attributes = ''): XmpFields | null {
  return readXmp(
    Buffer.from(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${namespaces}>` +
        `<rdf:Description rdf:about="" ${attributes}>${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`,
    ),
  );
}

const many = (text: string): string => text.repeat(Math.floor((maxXmp - 1000) / text.length));
it.each([
  ['endless nesting', many('<a>')],
  ['endless open tags', many('<')],
  ['an endless attribute', `<a b="${many('x')}`],
  ['endless comments', many('<!--')],
  ['endless CDATA', many('<![CDATA[')],
  ['endless instructions', many('<?a ')],
  ['too much', `${many('<a/>')}${' '.repeat(2000)}`],
])('reads nothing of %s', (_, text) => {
  expect(readXmp(Buffer.from(text))).toBeNull();
});

// Each took minutes when its time grew with the square of its size.
it.each([
  ['namespaces on one element', read('', Array.from({ length: 150_000 }, (_, i) => `xmlns:a${i}=""`).join(' '))],
  ['elements with a namespace', read(Array.from({ length: 60_000 }, (_, i) => `<b:x xmlns:b="c${i}"/>`).join(''))],
  ['attributes', read('', Array.from({ length: 150_000 }, (_, i) => `a${i}=""`).join(' '))],
  ['pieces of text', read('<dc:description>' + '<!-- -->a'.repeat(300_000) + '</dc:description>')],
])('reads very many %s', (_, fields) => {
  expect(fields).toMatchObject({ tags: [] });
});

it('reads very many repetitions of one property', () => {
  expect(read('<dc:subject>a</dc:subject>'.repeat(140_000))?.tags).toHaveLength(140_000);
});

it('looks into no structure deeper than any program writes', () => {
  const nested = Array.from({ length: 100_000 }, (_, i) => `<a xmlns:b${i}="c">`).join('') + '</a>'.repeat(100_000);
  expect(readXmp(Buffer.from(nested))).toBeNull();
});

// Names a search in a heading: its words, and what it is to be like and unlike.
import { examplesOf, textOf, type Example, type ShownQuery } from '../state/shown-query.ts';
import { counted } from './format.ts';

export function titleOf(query: ShownQuery): string {
  const text = textOf(query);
  const examples = examplesOf(query);
  const parts = [
    text === '' ? '' : `“${text}”`,
    likeness(
      'like',
      examples.filter(({ weight }) => weight > 0),
    ),
    likeness(
      'unlike',
      examples.filter(({ weight }) => weight < 0),
    ),
  ].filter((part) => part !== '');
  const title = parts.join(', ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}

function likeness(word: string, examples: readonly Example[]): string {
  if (examples.length === 0) return '';
  const areImages = examples.every(({ source }) => source.kind === 'image');
  return `${word} ${counted(examples.length, areImages ? 'image' : 'photo')}`;
}

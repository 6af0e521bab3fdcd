// The tables of docs/metadata.md: where each fact about a photo is read, made from the table the readers use.
import { metadataTable, type Fact } from '../src/engine/library/metadata/field-sources.ts';

const titles: Readonly<Record<Fact, string>> = {
  date: 'Date',
  caption: 'Captions',
  tag: 'Tags',
  person: 'People',
  rating: 'Rating',
  place: 'Place',
  position: 'Position',
  camera: 'Camera',
};
const cell = (text: string): string => text.replaceAll('|', '\\|');

export function metadataTables(): string {
  return Object.entries(metadataTable)
    .map(([fact, sources]) => {
      const rows = sources.map(
        ({ standard, field, note }, i) => `| ${i + 1} | ${standard} | \`${cell(field)}\` | ${cell(note ?? '')} |`,
      );
      return [`### ${titles[fact as Fact]}`, '', '| | Source | Field | |', '|---|---|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}

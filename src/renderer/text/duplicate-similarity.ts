// Describes in words and figures how similar two photos are.
import { m } from '../../language/language.ts';
import { decimal } from './format.ts';
import type { DuplicatePhoto } from '../../shared/contract/duplicates.ts';

/** Bits of 64. Re-compression and scaling change a few; cropping and another exposure change more. */
const almostTheSame = 4;

export function similarityLabel({ identical, pixelDistance }: DuplicatePhoto): string {
  if (identical) return m.duplicate_similarity_file();
  if (pixelDistance === null) return m.duplicate_similarity_alike();
  if (pixelDistance === 0) return m.duplicate_similarity_same();
  return pixelDistance <= almostTheSame ? m.duplicate_similarity_almost() : m.duplicate_similarity_similar();
}

export function similarityFigures({ distance, cosine, pixelDistance }: DuplicatePhoto): string {
  const figures: string[] = [];
  if (pixelDistance !== null) figures.push(m.duplicate_similarity_pixels({ n: pixelDistance }));
  if (distance !== null) figures.push(m.duplicate_similarity_codes({ n: distance }));
  if (cosine !== null) figures.push(m.duplicate_similarity_cosine({ n: decimal(cosine, 3) }));
  return figures.join(', ');
}

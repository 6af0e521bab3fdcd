// Describes in words and figures how alike two photos are.
import type { DuplicatePhoto } from '../../shared/contract/duplicates.ts';

/** Bits of 64. Re-compression and scaling change a few; cropping and another exposure change more. */
const almostTheSame = 4;

export function similarityLabel({ identical, pixelDistance }: DuplicatePhoto): string {
  if (identical) return 'the same file, byte for byte';
  if (pixelDistance === null) return 'looks alike';
  if (pixelDistance === 0) return 'the same picture';
  return pixelDistance <= almostTheSame ? 'almost the same picture' : 'a similar picture';
}

export function similarityFigures({ distance, cosine, pixelDistance }: DuplicatePhoto): string {
  const figures: string[] = [];
  if (pixelDistance !== null) figures.push(`${pixelDistance} of 64 bits between the pixel hashes`);
  if (distance !== null) figures.push(`${distance} bits between the codes`);
  if (cosine !== null) figures.push(`cosine ${cosine.toFixed(3)}`);
  return figures.join(', ');
}

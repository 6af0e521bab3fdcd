// Text features of the starter encoder, for data sets with captions instead of text rows.
import { join } from 'node:path';
import { openEncoder } from '../encoder/open-encoder.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import type { TextFeatures } from './layouts/layout.ts';

/** @param resourcesDir folder that contains `starter/` */
export function starterTexts(resourcesDir: string): TextFeatures {
  const { imageWidth, textWidth, sharedWidth } = starterInfo;
  return {
    imageWidth,
    textWidth,
    sharedWidth,
    async encode(texts) {
      const dir = join(resourcesDir, 'starter');
      const encoder = await openEncoder({ kind: 'starter', dir, id: starterInfo.id, threads: 0 });
      try {
        return await encoder.encodeTexts(texts);
      } finally {
        await encoder.dispose();
      }
    },
  };
}

// IAPR TC-12 as published with UCCH (`iapr-tc12-rand.mat`): VGG features, bags of words, 255 concepts.
import { assemble, readLabels, range, stack } from '../benchmark-set.ts';
import { hasMatrices, type Layout } from './layout.ts';

/** Trains on the whole database. The test part provides the queries. */
export const iaprTc12: Layout = {
  id: 'iapr-tc12',
  name: 'IAPR TC-12',
  holds: 'VDatabase YDatabase databaseL VTest YTest testL',
  recognises: (source) => hasMatrices(source, 'VDatabase', 'YDatabase', 'databaseL', 'VTest', 'YTest', 'testL'),
  async read(source) {
    const { path } = source;
    const [imageDatabase, imageTest] = [await source.read('VDatabase'), await source.read('VTest')];
    const image = stack(path, imageDatabase, imageTest);
    const database = range(0, imageDatabase.rows);
    return assemble({
      id: this.id,
      name: this.name,
      path,
      image,
      text: stack(path, await source.read('YDatabase'), await source.read('YTest')),
      labels: [
        ...readLabels(await source.read('databaseL'), imageDatabase.rows, path),
        ...readLabels(await source.read('testL'), imageTest.rows, path),
      ],
      parts: { train: database, database, query: range(imageDatabase.rows, image.rows), validation: null },
      normalise: 'none',
    });
  },
};

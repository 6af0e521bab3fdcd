// Wikipedia (Rasiwasia et al., ACM MM 2010): 2866 articles of ten classes, split into training and test part.
import { assemble, readLabels, range, stack } from '../benchmark-set.ts';
import { hasMatrices, type Layout } from './layout.ts';

/**
 * The test part provides the queries and the training part is the database, as in cross-modal hashing papers. Features
 * are standardised, because raw topic proportions and word counts are tiny.
 */
export const wikipedia: Layout = {
  id: 'wikipedia',
  name: 'Wikipedia',
  holds: 'I_tr T_tr L_tr I_te T_te L_te',
  recognises: (source) => hasMatrices(source, 'I_tr', 'T_tr', 'L_tr', 'I_te', 'T_te', 'L_te'),
  async read(source) {
    const { path } = source;
    const [imageTrain, imageTest] = [await source.read('I_tr'), await source.read('I_te')];
    const image = stack(path, imageTrain, imageTest);
    const train = range(0, imageTrain.rows);
    return assemble({
      id: this.id,
      name: this.name,
      path,
      image,
      text: stack(path, await source.read('T_tr'), await source.read('T_te')),
      labels: [
        ...readLabels(await source.read('L_tr'), imageTrain.rows, path),
        ...readLabels(await source.read('L_te'), imageTest.rows, path),
      ],
      parts: { train, database: train, query: range(imageTrain.rows, image.rows), validation: null },
      normalise: 'zscore',
    });
  },
};

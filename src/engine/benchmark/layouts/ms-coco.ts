// MS-COCO as published with UCCH: MSCOCO_deep_doc2vec_data_rand.h5py. 80 labels, the last 5000 rows are queries.
import { lastRowsLayout } from './last-rows.ts';

export const msCoco = lastRowsLayout({ id: 'ms-coco', name: 'MS-COCO', labels: 80, queries: 5000 });

// MIRFLICKR-25K as published with UCCH: mirflickr25k-iall-vgg.mat, -yall.mat and -lall.mat. 24 labels, the last 2000 rows are queries.
import { lastRowsLayout } from './last-rows.ts';

export const mirflickr25k = lastRowsLayout({ id: 'mirflickr25k', name: 'MIRFLICKR-25K', labels: 24, queries: 2000 });

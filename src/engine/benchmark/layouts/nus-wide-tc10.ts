// NUS-WIDE-TC10 as published with UCCH: nus-wide-tc10-xall-vgg.mat, -yall.mat and -lall.mat. 10 labels, the last 2100 rows are queries.
import { lastRowsLayout } from './last-rows.ts';

export const nusWideTc10 = lastRowsLayout({ id: 'nus-wide-tc10', name: 'NUS-WIDE-TC10', labels: 10, queries: 2100 });

// Entry to the benchmark for the command line. Import it only when it runs, because it loads TensorFlow.js, ONNX
// Runtime and HDF5.
export { methodSettings } from './method-settings.ts';
export { formatTables, ownTables, paperReport } from './paper-report.ts';
export { methodsOf, paperTables } from './paper-tables.ts';
export { withQuirks } from './published-quirks.ts';
export { publishedAt, publishedFor } from './published.ts';
export { readBenchmarkSet } from './read-set.ts';
export { describeRun, describeSet, differencesOf, differenceTable, mapTables, unmeasuredNote } from './report.ts';
export { runBenchmark } from './run-benchmark.ts';
export { starterTexts } from './starter-texts.ts';
export { summarise } from './summary.ts';
export { withAllTraining } from './training-part.ts';
export { valueLines } from './value-rows.ts';

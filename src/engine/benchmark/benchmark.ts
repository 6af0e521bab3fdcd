// The door to the benchmark for the command line, to be imported only when it is run: behind it stand TensorFlow.js,
// ONNX Runtime and HDF5.
export { methodSettings } from './method-settings.ts';
export { publishedAt, publishedFor } from './published.ts';
export { readBenchmarkSet } from './read-set.ts';
export { describeRun, describeSet, reportTables } from './report.ts';
export { runBenchmark } from './runner.ts';
export { starterTexts } from './starter-texts.ts';
export { summarise } from './summary.ts';
export { withAllTraining } from './training-part.ts';

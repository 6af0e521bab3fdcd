// The report of a coverage run (bench/coverage.ts), made by monocart-coverage-reports from the counts Node has written.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = import.meta.dirname;
const engine = join(root, 'src/engine');
const isOfEngine = (file) => file.startsWith(engine + sep) && file.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(file);
/** The code that Node runs: types become spaces, so positions stay those of the file, and the parser gets JavaScript. */
const withSource = async (entry) => {
  entry.source = stripTypeScriptTypes(readFileSync(fileURLToPath(entry.url), 'utf8'));
};

export default {
  dataDir: process.env['HASHLENS_COVERAGE'],
  outputDir: join(root, 'coverage'),
  reports: ['html', 'lcovonly', 'json-summary'],
  logging: 'error',
  baseDir: root,
  entryFilter: ({ url }) => url.startsWith('file:') && isOfEngine(fileURLToPath(url)),
  onEntry: withSource,
  // Files that no process has loaded count as well.
  all: { dir: engine, filter: (file) => isOfEngine(resolve(root, file)), transformer: withSource },
};

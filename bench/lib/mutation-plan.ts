// The files that mutation testing changes, and the tests that must notice. A change costs a run of these tests, so
// they are the fast ones where a file has some.

export interface MutationPiece {
  /** Name of the piece in output and files. */
  readonly name: string;
  /** Below src/engine. */
  readonly files: readonly string[];
  /** Test files by their path from the project's folder. */
  readonly specs: readonly string[];
}

const specsIn = (folder: string, ...names: readonly string[]): string[] =>
  names.map((name) => `src/engine/${folder}/${name}.spec.ts`);
const filesIn = (folder: string, ...names: readonly string[]): string[] => names.map((name) => `${folder}/${name}.ts`);
const integration = (...names: readonly string[]): string[] => names.map((name) => `test/integration/${name}.spec.ts`);

/** Files of a folder that are tested by the spec beside each of them. */
const eachBeside = (folder: string, ...names: readonly string[]): MutationPiece[] =>
  names.map((name) => ({ name: `${folder}/${name}`, files: filesIn(folder, name), specs: specsIn(folder, name) }));

const readingSpecs = [
  ...specsIn('library/metadata', 'sources', 'embedded', 'rating-place'),
  ...specsIn('library', 'read-photo'),
];

/** Folders whose files have their tests here. Other files, and files without an entry, are not measured. */
export const mutatedFolders = ['backup', 'jobs', 'library', 'search/relevance', 'store'] as const;

/** In the order of a run over several pieces. */
export const mutationPlan: readonly MutationPiece[] = [
  ...eachBeside(
    'jobs',
    'queue',
    'rate',
    'work-gate',
    'index-scope',
    'photos-in-view',
    'tries',
    'copy-names',
    'with-threads',
  ),
  {
    name: 'library/scan',
    files: filesIn('library/scan', 'scan', 'file-kinds', 'folder-tags', 'versions'),
    specs: specsIn('library/scan', 'scan', 'scan.slow', 'file-kinds', 'folder-tags', 'versions'),
  },
  {
    name: 'library/captions',
    files: filesIn('library/captions', 'caption-files', 'caption-json', 'caption-match', 'caption-names'),
    specs: specsIn('library/captions', 'caption-files'),
  },
  ...eachBeside('library/metadata', 'capture', 'sidecar-names', 'write-xmp', 'file-view', 'sidecar-writer', 'position'),
  {
    name: 'library/metadata/takeout',
    files: filesIn('library/metadata', 'takeout', 'picasa'),
    specs: specsIn('library/metadata', 'takeout'),
  },
  {
    name: 'library/metadata/xmp',
    files: filesIn('library/metadata', 'xmp'),
    specs: [...specsIn('library/metadata', 'xmp'), ...readingSpecs],
  },
  {
    name: 'library/metadata',
    files: filesIn(
      'library/metadata',
      ...['sidecars', 'rating-place', 'field-sources', 'describe', 'embedded'],
      ...['exif-iptc', 'png-text', 'apple-export'],
    ),
    specs: [...readingSpecs, ...specsIn('library/metadata', 'png-text')],
  },
  ...eachBeside('library/metadata', 'prompt', 'file-comments', 'place-names'),
  {
    name: 'library/metadata/videos',
    files: filesIn('library/metadata', 'quicktime', 'matroska', 'avi', 'avchd', 'asf', 'video-fields'),
    specs: specsIn('library/metadata', 'quicktime', 'matroska', 'avi', 'avchd', 'asf'),
  },
  {
    name: 'library/metadata/places',
    files: filesIn('library/metadata', 'places'),
    specs: specsIn('library/metadata', 'places', 'rating-place'),
  },
  {
    name: 'library/read-photo',
    files: filesIn('library', 'read-photo'),
    specs: readingSpecs,
  },
  ...eachBeside('library', 'photo-errors', 'open-inside'),
  ...eachBeside('library/thumbnails', 'thumbnails'),
  ...eachBeside('library/watch', 'changed-folders'),
  ...eachBeside('library/reader', 'packed-photos'),
  ...eachBeside('store', 'photos', 'texts', 'facets', 'jobs', 'edits', 'encoders', 'models', 'vectors'),
  ...eachBeside('store', 'albums', 'judgements', 'statements'),
  {
    name: 'store/caption-order',
    files: filesIn('store', 'caption-order'),
    specs: specsIn('store', 'texts', 'photos'),
  },
  {
    name: 'store/folders',
    files: filesIn('store', 'folders', 'failures', 'photos-in-reading', 'settings'),
    specs: specsIn('store', 'folders'),
  },
  {
    name: 'store/features',
    files: filesIn('store', 'features', 'codes', 'sketches'),
    specs: specsIn('store', 'features'),
  },
  {
    name: 'store/database',
    files: filesIn('store', 'database', 'library-file', 'migrations', 'stored-json'),
    specs: specsIn('store', 'database', 'open-database', 'models'),
  },
  {
    name: 'store/fulltext',
    files: filesIn('store', 'fulltext'),
    specs: specsIn('store', 'fulltext', 'ocr', 'database'),
  },
  ...eachBeside('store', 'id-mask', 'ocr', 'open-database', 'photo-facts', 'private-files', 'query-log'),
  ...eachBeside('store', 'telemetry-store', 'text-scores'),
  {
    name: 'store/conditions',
    files: filesIn('store', 'conditions'),
    specs: specsIn('search/query', 'compile-filters.slow'),
  },
  {
    name: 'backup',
    files: [
      ...filesIn('backup', 'backups', 'check-library', 'restore'),
      ...filesIn('store', 'backup-file', 'check-file', 'kept-tables'),
    ],
    specs: specsIn('backup', 'check-library', 'backups.slow'),
  },
  { name: 'store/salvage', files: filesIn('store', 'salvage'), specs: specsIn('store', 'salvage', 'salvage.slow') },
  {
    name: 'search/relevance',
    files: filesIn('search/relevance', 'relevance', 'similarity-features'),
    specs: specsIn('search/relevance', 'relevance', 'similarity-features'),
  },
  ...eachBeside('search/relevance', 'known-photos', 'labelled-queries', 'word-evidence', 'judged-queries'),
  ...eachBeside(
    'search/relevance',
    'labelled-samples',
    'fit-library',
    'library-sample',
    'image-queries',
    'relevance-file',
  ),
  {
    name: 'search/relevance/relevance-model',
    files: filesIn('search/relevance', 'relevance-model'),
    specs: specsIn('search/relevance', 'relevance', 'relevance-model.slow'),
  },
  {
    name: 'jobs/index',
    files: filesIn('jobs', 'index-job', 'library-upkeep', 'encoding'),
    specs: specsIn('jobs', 'index-job.slow', 'library-upkeep'),
  },
  ...eachBeside('jobs', 'exchanged-places'),
  ...eachBeside(
    'jobs',
    'judged-pairs',
    'recalibration',
    'in-turns',
    'encoder-plan',
    'centred-default',
    'change-models',
  ),
  ...eachBeside('jobs', 'moved-folders', 'work-settings', 'auto-index'),
  { name: 'jobs/ocr', files: filesIn('jobs', 'ocr-job'), specs: integration('text-in-photos') },
  {
    name: 'jobs/export',
    files: filesIn('jobs', 'export-job'),
    specs: integration('vector-export'),
  },
  ...eachBeside('jobs', 'publish-job'),
  {
    name: 'jobs/server-index',
    files: filesIn('jobs', 'server-index-job'),
    specs: [...integration('server-index'), ...integration('shared-library')],
  },
  ...eachBeside('library', 'put-copy'),
  ...eachBeside('jobs', 'sidecar-words', 'sidecar-job', 'copy-job'),
  ...eachBeside('jobs', 'written-texts', 'hash-codes'),
  ...eachBeside('jobs', 'train-plan', 'label-names', 'library-data', 'repeat', 'train-job'),
  {
    name: 'library/metadata/exposure',
    files: filesIn('library/metadata', 'exposure'),
    specs: specsIn('library/metadata', 'exposure.slow'),
  },
  { name: 'jobs/download', files: filesIn('jobs', 'download-job'), specs: integration('encoder-download') },
  {
    name: 'library/watch',
    files: filesIn('library/watch', 'folder-watch'),
    specs: integration('watching'),
  },
  {
    name: 'library/reader',
    files: filesIn('library/reader', 'photo-folders', 'reader-pool', 'reader-process-client'),
    specs: integration('photo-folders'),
  },
];

const otherProcess = 'runs in a process or thread of its own, where Stryker changes nothing';
const noCode = 'types or names alone';

/** Files that are not changed, with the reason. The frozen steps of store/migrations are left out too. */
export const leftOut: Readonly<Record<string, string>> = {
  'backup/maintenance-worker.ts': otherProcess,
  'backup/maintenance.ts': 'its work is done in a thread',
  'library/reader/photo-work.ts': otherProcess,
  'library/reader/reader-process.ts': otherProcess,
  'library/reader/reader-watch.ts': otherProcess,
  'library/reader/reader-watch-worker.ts': otherProcess,
  'library/watch/watch-process.ts': otherProcess,
  'library/captions/caption-entry.ts': noCode,
  'library/reader/messages.ts': noCode,
  'library/watch/watch-messages.ts': noCode,
  'store/item-kinds.ts': noCode,
  'store/raw-database.ts': noCode,
};

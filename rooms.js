// The rooms of src and what each may import. ESLint enforces it; docs/architecture.md draws it; test/docs.spec.ts
// compares table, picture and code.

/** Modules that jobs and the API use. */
const belowJobs = [
  ...['shared', 'runtime', 'text', 'numerics', 'imaging', 'compute', 'store', 'library', 'encoder', 'hashing'],
  ...['models', 'search', 'duplicates', 'ocr', 'exchange', 'shared-library'],
];

/** Rooms by name, from the lowest to the highest, each with the rooms its files may import from. */
export const rooms = {
  shared: [],
  runtime: ['shared'],
  text: ['shared'],
  numerics: ['shared', 'runtime'],
  imaging: ['shared', 'runtime', 'numerics'],
  compute: ['shared', 'runtime', 'numerics'],
  // The store names the types of what it keeps, which belong to the rooms that make them; see `typesOnly`.
  store: ['shared', 'runtime', 'text', 'numerics'],
  library: ['shared', 'runtime', 'text', 'numerics', 'imaging'],
  encoder: ['shared', 'runtime', 'text', 'numerics', 'imaging', 'compute'],
  ocr: ['shared', 'runtime', 'imaging'],
  hashing: ['shared', 'runtime', 'text', 'numerics', 'compute'],
  exchange: ['shared'],
  models: ['shared', 'runtime', 'numerics', 'imaging', 'compute', 'store', 'encoder', 'hashing'],
  search: ['shared', 'runtime', 'text', 'numerics', 'imaging', 'compute', 'store', 'encoder', 'hashing', 'models'],
  'shared-library': [
    ...['shared', 'runtime', 'text', 'numerics', 'compute', 'store', 'encoder', 'hashing', 'models', 'search'],
  ],
  backup: ['shared', 'runtime', 'store', 'hashing'],
  duplicates: ['shared', 'runtime', 'numerics', 'imaging', 'store', 'models', 'search'],
  benchmark: ['shared', 'runtime', 'text', 'numerics', 'compute', 'encoder', 'hashing'],
  jobs: belowJobs,
  api: [...belowJobs, 'jobs', 'backup'],
  // engine.ts and what else lies directly in src/engine.
  engine: [
    ...['shared', 'runtime', 'compute', 'store', 'library', 'encoder', 'hashing', 'models', 'search', 'duplicates'],
    ...['jobs', 'api', 'backup', 'shared-library'],
  ],
  cli: ['shared', 'runtime', 'text', 'store', 'hashing', 'models', 'backup', 'benchmark', 'engine', 'shared-library'],
  // Sentences of the window and the menus, in every language.
  language: ['shared'],
  main: ['shared', 'language'],
  preload: ['shared'],
  renderer: ['shared', 'language'],
};

/** Rooms whose types alone may be imported. */
export const typesOnly = { store: ['encoder'] };

/** Folders of a room that import one way too, from the lowest to the highest, each with those it may import from. */
export const folders = {
  hashing: {
    data: [],
    networks: [],
    model: ['networks'],
    methods: ['data', 'networks', 'model'],
    evaluation: ['data', 'networks', 'model'],
    training: ['data', 'networks', 'model', 'methods', 'evaluation'],
  },
};

/** Folder of a room; `engine` is the files directly in src/engine. */
export const folderOf = (room) =>
  ['shared', 'language', 'main', 'preload', 'renderer'].includes(room)
    ? `src/${room}`
    : room === 'engine'
      ? 'src/engine'
      : `src/engine/${room}`;

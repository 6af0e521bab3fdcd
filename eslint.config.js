// Lint rules: type-aware TypeScript, Svelte, and the one-way direction of imports between the parts of the product.
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Folders a part may not import from. engine/cli -> jobs -> library, encoder, hashing, search -> compute, store -> shared. */
const forbidden = {
  'src/shared': ['src/engine', 'src/main', 'src/preload', 'src/renderer'],
  'src/main': ['src/engine', 'src/preload', 'src/renderer'],
  'src/preload': ['src/engine', 'src/main', 'src/renderer'],
  'src/renderer': ['src/engine', 'src/main', 'src/preload'],
  'src/engine/store': ['library', 'encoder', 'hashing', 'search', 'jobs', 'cli', 'compute'].map(engine),
  'src/engine/compute': ['library', 'encoder', 'hashing', 'search', 'jobs', 'cli', 'store'].map(engine),
  'src/engine/hashing': ['library', 'encoder', 'search', 'jobs', 'cli', 'store'].map(engine),
  'src/engine/library': ['encoder', 'hashing', 'search', 'jobs', 'cli', 'store', 'compute'].map(engine),
  'src/engine/encoder': ['library', 'hashing', 'search', 'jobs', 'cli', 'store'].map(engine),
  'src/engine/search': ['library', 'jobs', 'cli'].map(engine),
  'src/engine/jobs': ['cli'].map(engine),
  'src/engine': ['src/main', 'src/preload', 'src/renderer'],
};
function engine(part) {
  return `src/engine/${part}`;
}
const zones = Object.entries(forbidden).flatMap(([target, sources]) =>
  sources.map((from) => ({
    target: `./${target}`,
    from: `./${from}`,
    // Types of what is stored belong to whoever makes them.
    except: target === 'src/engine/store' && from === 'src/engine/encoder' ? ['./encoder.ts'] : [],
    message: `${target} must not import from ${from}: dependencies point one way.`,
  })),
);

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'dist', '.cache', 'resources', 'test-results', 'coverage'] },
  ...tseslint.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, extraFileExtensions: ['.svelte'] },
      globals: { ...globals.node },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js', '.svelte'] } } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // The engine's methods are asynchronous by contract, whether or not they have something to wait for.
      '@typescript-eslint/require-await': 'off',
      // `any[n] as number` after a bounds check of one's own is how noUncheckedIndexedAccess meets hot loops.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser }, globals: { ...globals.browser } },
  },
  { files: ['*.js'], ...tseslint.configs.disableTypeChecked },
);

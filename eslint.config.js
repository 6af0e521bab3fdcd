// Lint rules: type-aware TypeScript, Svelte, and the one-way direction of imports between the parts of the product.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Parts of src a part may not import from: cli -> jobs -> library, encoder, hashing, search -> compute, store -> shared. */
const shell = ['main', 'preload', 'renderer'];
const forbidden = {
  'src/shared': ['engine', ...shell],
  'src/main': ['engine', 'preload', 'renderer'],
  'src/preload': ['engine', 'main', 'renderer'],
  'src/renderer': ['engine', 'main', 'preload'],
  'src/engine/store': ['library', 'hashing', 'search', 'jobs', 'cli', 'compute', ...shell],
  'src/engine/compute': ['library', 'encoder', 'hashing', 'search', 'jobs', 'cli', 'store', ...shell],
  'src/engine/hashing': ['library', 'encoder', 'search', 'jobs', 'cli', 'store', ...shell],
  'src/engine/library': ['encoder', 'hashing', 'search', 'jobs', 'cli', 'store', 'compute', ...shell],
  'src/engine/encoder': ['library', 'hashing', 'search', 'jobs', 'cli', 'store', ...shell],
  'src/engine/search': ['library', 'jobs', 'cli', ...shell],
  'src/engine/jobs': ['cli', ...shell],
  'src/engine/cli': shell,
};
/** The store may name the types of what it keeps, which belong to whoever makes them. */
const typesOnly = { 'src/engine/store': ['encoder'] };

const direction = Object.entries(forbidden).map(([target, parts]) => {
  const pattern = (names, allowTypeImports) => ({
    regex: `^(\\.\\./)+(engine/)?(${names.join('|')})/`,
    allowTypeImports,
    message: `${target} must not import from here: dependencies point one way.`,
  });
  const patterns = [pattern(parts, false)];
  if (target in typesOnly) patterns.push(pattern(typesOnly[target], true));
  return {
    files: [`${target}/**/*.ts`, `${target}/**/*.svelte`],
    ignores: ['**/*.spec.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
});

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'dist', '.cache', 'resources', 'test-results', 'coverage'] },
  ...tseslint.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, extraFileExtensions: ['.svelte'] },
      globals: { ...globals.node },
    },
    rules: {
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
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser }, globals: { ...globals.browser } },
  },
  ...direction,
  { files: ['*.js'], ...tseslint.configs.disableTypeChecked },
);

// Lint rules: type-aware TypeScript, Svelte, and the one-way direction of imports between the parts of the product.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { folderOf, folders, rooms, typesOnly } from './rooms.js';
import tseslint from 'typescript-eslint';
import vitest from '@vitest/eslint-plugin';

/** No file outside src/engine/runtime loads ONNX Runtime itself: there its telemetry is switched off first. */
const onnxRuntime = {
  regex: '^onnxruntime-node$',
  message: 'Import { ort } from src/engine/runtime/onnxruntime.ts.',
};
/** Packages that speak SQL belong to the store. */
const sqlite = { regex: '^better-sqlite3$', message: 'SQL belongs in src/engine/store.' };
/** The store's database, which its own files and tests alone may see. */
const rawDatabase = { regex: '/store/raw-database\\.ts$', message: 'Ask the store; SQL belongs in src/engine/store.' };
/** SQL as text, in one piece or in parts. */
const statement = '/\\b(SELECT|INSERT (OR [A-Z]+ )?INTO|DELETE FROM|UPDATE \\w+ SET|CREATE (TABLE|INDEX)|PRAGMA) /';
const noSql = [`Literal[value=${statement}]`, `TemplateElement[value.raw=${statement}]`].map((selector) => ({
  selector,
  message: 'SQL belongs in src/engine/store, and that of PostgreSQL in src/engine/shared-library/sql.',
}));
/**
 * The engine's messages say what happened and what to do. The command line and the window derive from an error's code how
 * to do it, so no sentence of the engine names a command, a flag or a part of the window.
 */
const interfaceWords =
  '/\\bhashlens [a-z]|\\bnp(m|x) [a-z]|through npm|(^|\\s)--[a-z][a-z-]+|\\b(buttons?|clicks?|menus?|dialogs?|command line|another command|the window)\\b/';
const noInterfaceWords = [
  `Literal[value=/ /][value=${interfaceWords}]`,
  `TemplateElement[value.raw=/ /][value.raw=${interfaceWords}]`,
].map((selector) => ({ selector, message: 'Messages of the engine name no command, flag or part of the window.' }));
/** Data from outside has a schema. */
const noBareJson = {
  selector: "MemberExpression[object.name='JSON'][property.name='parse']",
  message: 'Use parseJson of src/shared/json.ts, which takes a schema.',
};
/** An index outside its list is an error, never a number. */
const missing = [
  "LogicalExpression[operator='??'][left.computed=true][left.property.type!='Literal']",
  "LogicalExpression[operator='??'][left.expression.computed=true][left.expression.property.type!='Literal']",
  "LogicalExpression[operator='??'][left.callee.property.name='at']",
  "LogicalExpression[operator='??'][left.expression.callee.property.name='at']",
];
const instead = [
  "[right.type='Literal'][right.raw=/^[0-9]/]",
  "[right.type='UnaryExpression']",
  "[right.property.name='NaN']",
  "[right.name='Infinity']",
];
const checkedElements = [
  ...missing.flatMap((read) => instead.map((number) => read + number)),
  "TSAsExpression[typeAnnotation.type='TSNumberKeyword'][expression.computed=true]",
].map((selector) => ({ selector, message: 'Use a checked accessor of src/shared/at.ts.' }));
/** Sentences that people read are in the catalogue of src/language, in every language. Names need no translation. */
const names =
  'Enter|Escape|Esc|Space|Left|Right|Tab|Home|End|Delete|Backspace|Insert|Shift|Control|Alt|Ctrl|Meta|Mac|Files|JPEG|WebP|Hashlens|English|Deutsch';
/** A capitalised word, or words with a space between them; names of keys are none. */
const sentence = `/^(?!(${names})$)(?!.*(px|translate|width: |osclipboard|<.xml))(?:[A-Z][a-z]+[.…:!?]?$|[^a-z]*[A-Za-z][a-z’']*[,:;]? [a-zA-Z“(])/`;
/** Where a text is for programmers, or no text: errors of a bug, classes, comparisons and messages' own keys. */
const read =
  ':not(NewExpression[callee.name=/Error$/] *):not(BinaryExpression > *):not(ImportDeclaration > *):not(TSLiteralType > *):not(SwitchCase > *)';
const readAttributes = '/^(aria-label|aria-description|aria-valuetext|title|placeholder|alt|label)$/';
const noSentences = [
  `Literal[value=${sentence}]${read}`,
  `TemplateElement[value.raw=${sentence}]:not(NewExpression[callee.name=/Error$/] *)`,
  `SvelteText[value=/^(?!\\s*(${names})\\s*$)[^]*[A-Za-z]{2}/]:not(SvelteStyleElement > *)`,
  `SvelteAttribute[key.name=${readAttributes}] > SvelteLiteral[value=/[A-Za-z]{2}/]`,
].map((selector) => ({ selector, message: 'Sentences are in src/language/messages; see docs/recipes.md.' }));
/** Test and build aids are outside src, and src must not depend on them. */
const aids = { regex: '^(\\.\\./)+(test|bench|scripts)/', message: 'src must not import test or build aids.' };

const top = ['shared', 'language', 'main', 'preload', 'renderer'];
const direction = Object.entries(rooms).flatMap(([room, allowed]) => {
  const others = Object.keys(rooms).filter((name) => name !== room && !allowed.includes(name));
  const message = `${folderOf(room)} must not import from here; see rooms.js.`;
  const forbid = (names, allowTypeImports) => {
    const inEngine = names.filter((name) => !top.includes(name) && name !== 'engine');
    const outside = names.filter((name) => top.includes(name));
    const patterns = [];
    const add = (regex) => patterns.push({ regex, allowTypeImports, message });
    if (top.includes(room)) add('^(\\.\\./)+engine/');
    else if (inEngine.length > 0) add(`^(\\./|(\\.\\./)+(engine/)?)(${inEngine.join('|')})/`);
    if (outside.length > 0) add(`^(\\.\\./)+(${outside.join('|')})/`);
    if (names.includes('engine')) add('^(\\.\\./)+(engine/)?engine\\.ts$');
    return patterns;
  };
  const types = typesOnly[room] ?? [];
  const patterns = [
    ...forbid(
      others.filter((name) => !types.includes(name)),
      false,
    ),
    ...forbid(types, true),
    aids,
  ];
  if (room !== 'runtime') patterns.push(onnxRuntime);
  // A file lock of the runtime is an SQLite transaction.
  if (room !== 'store' && room !== 'runtime') patterns.push(sqlite);
  if (room !== 'store') patterns.push(rawDatabase);
  const depth = room === 'engine' ? '*' : '**/*';
  const rule = (folder, restricted) => ({
    files: [`${folder}.ts`, `${folder}.svelte`],
    ignores: ['**/*.spec.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: restricted }] },
  });
  // A file takes the last rule that names it, so the rule of a folder repeats those of its room.
  const inner = Object.entries(folders[room] ?? {}).map(([folder, below]) => {
    const above = Object.keys(folders[room]).filter((name) => name !== folder && !below.includes(name));
    const message = `${folderOf(room)}/${folder} must not import from here; see rooms.js.`;
    const regex = `^(\\.\\./)+(${room}/)?(${above.join('|')})/`;
    return rule(`${folderOf(room)}/${folder}/**/*`, [...patterns, { regex, message }]);
  });
  return [rule(`${folderOf(room)}/${depth}`, patterns), ...inner];
});

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'out',
      'dist',
      '.cache',
      'resources',
      'test-results',
      'coverage',
      'src/language/compiled',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/hashlens.js', 'scripts/language/message-files.js'] },
        extraFileExtensions: ['.svelte'],
      },
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
  {
    files: ['**/*.ts', '**/*.svelte', '**/*.js'],
    // The launcher is copied into an Electron of its own, and inlang loads the reader of messages as text: neither has other
    // files of the project.
    ignores: ['src/shared/json.ts', 'scripts/electron/launcher.ts', 'scripts/language/message-files.js'],
    rules: { 'no-restricted-syntax': ['error', noBareJson] },
  },
  {
    // SQL: the store, the locks of the runtime, which are SQLite transactions, and PostgreSQL's of the shared library.
    files: ['src/engine/{store,runtime,shared-library/sql}/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', noBareJson, ...checkedElements, ...noInterfaceWords] },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    ignores: ['**/*.spec.ts', 'src/shared/json.ts', 'src/engine/{store,runtime,shared-library/sql}/**'],
    rules: { 'no-restricted-syntax': ['error', noBareJson, ...noSql, ...checkedElements] },
  },
  {
    files: ['src/{main,renderer}/**/*.ts', 'src/renderer/**/*.svelte'],
    // A file of the desktop has words that no person reads. Errors with codes, which the page has sentences for, and what is
    // said before a language is known, are in English.
    ignores: ['**/*.spec.ts', 'src/main/{desktop-entry,engine-process,index,ipc,profile,protocols,trash,updates}.ts'],
    rules: { 'no-restricted-syntax': ['error', noBareJson, ...noSql, ...checkedElements, ...noSentences] },
  },
  {
    files: ['src/engine/**/*.ts'],
    ignores: ['**/*.spec.ts', 'src/engine/{store,runtime,cli,shared-library/sql}/**'],
    rules: { 'no-restricted-syntax': ['error', noBareJson, ...noSql, ...checkedElements, ...noInterfaceWords] },
  },
  {
    files: ['**/*.spec.ts'],
    plugins: { vitest },
    rules: {
      'vitest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'fc.assert'] }],
      'vitest/no-identical-title': 'error',
      'vitest/valid-title': ['error', { allowArguments: true }],
      'vitest/valid-expect': ['error', { maxArgs: 2 }],
      'vitest/no-focused-tests': 'error',
      'vitest/no-commented-out-tests': 'error',
    },
  },
  {
    // In a window, to wait for what must appear is the assertion.
    files: ['test/e2e/*.spec.ts'],
    rules: {
      'vitest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect*', '**.waitFor', '**.waitForFunction', '**.answered'] },
      ],
    },
  },
  { files: ['*.js', 'scripts/language/*.js'], ...tseslint.configs.disableTypeChecked },
);

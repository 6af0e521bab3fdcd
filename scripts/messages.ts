// Compiles the sentences of src/language/messages to functions in src/language/compiled: `npm run messages`. Builds,
// tests, linter and compiler run it themselves. Up-to-date output is left alone.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const language = path.join(root, 'src/language');
const compiled = path.join(language, 'compiled');
const stamp = path.join(compiled, 'inputs.txt');

/** A checksum of all inputs of the compiled functions. */
function inputs(): string {
  const files = [
    ...readdirSync(path.join(language, 'messages'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
    path.join(root, 'scripts/language/message-files.js'),
    path.join(root, 'scripts/language/hashlens.inlang/settings.json'),
    path.join(root, 'node_modules/@inlang/paraglide-js/package.json'),
    import.meta.filename,
  ];
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${path.relative(root, file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

const isCompiled = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs();

/** Compiles in a process of its own: the compiler's timers would keep the caller alive for half a minute. */
export function compileMessages(): void {
  if (isCompiled()) return;
  execFileSync(process.execPath, [path.join(root, 'scripts/messages.ts')], { cwd: root, stdio: 'inherit' });
}

async function compileHere(): Promise<void> {
  const before = inputs();
  const { compile } = await import('@inlang/paraglide-js');
  await compile({
    project: path.join(root, 'scripts/language/hashlens.inlang'),
    outdir: compiled,
    // One file per language, because a file per sentence would be thousands.
    outputStructure: 'locale-modules',
    // src/language/language.ts sets the language.
    strategy: ['globalVariable'],
    emitTsDeclarations: true,
    emitReadme: false,
    emitGitIgnore: false,
    emitPrettierIgnore: false,
  });
  writeFileSync(stamp, before);
}

if (import.meta.main) {
  if (!isCompiled()) {
    process.chdir(root);
    await compileHere();
  }
  process.exit(0);
}

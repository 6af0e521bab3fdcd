// Loads the app folder named on the command line, as Electron's own default app does; the fallback Electron has none.
// Copied into it with the types stripped, so it runs on Electron's Node.
import { app } from 'electron';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (named === undefined) {
  console.error('Name the folder of an app.');
  process.exit(1);
}
const folder = path.resolve(named);
const manifest: unknown = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
/** A text of the app's package.json. */
function field(name: string): string {
  const value: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, name) : undefined;
  if (typeof value !== 'string') throw new Error(`${folder}/package.json has no ${name}`);
  return value;
}
// Data that Electron's default app passes to an app. Its type definitions lack these two.
const internal = app as Electron.App & { setVersion(version: string): void; setAppPath(folder: string): void };
internal.setName(field('name'));
internal.setVersion(field('version'));
internal.setAppPath(folder);
await import(pathToFileURL(path.join(folder, field('main'))).href);

// The app's log file: one line for each message of main and the engine process, kept to two files of 4 MB.
import { appendFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../shared/printable.ts';
import { makeFolderPath } from './app-folders.ts';

const fullAt = 4 * 1024 * 1024;

export class Log {
  readonly folder: string;
  readonly #file: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#file = path.join(folder, 'hashlens.log');
    try {
      makeFolderPath(folder);
      if (statSync(this.#file).size > fullAt) renameSync(this.#file, path.join(folder, 'hashlens.1.log'));
    } catch {
      // The log does not exist yet or cannot be written; the console has the messages.
    }
  }

  write(source: 'main' | 'engine', text: string): void {
    const line = `${new Date().toISOString()} ${source} ${printable(text.trimEnd())}\n`;
    process.stderr.write(line);
    try {
      appendFileSync(this.#file, line);
    } catch {
      // A full disk must not stop the app.
    }
  }
}

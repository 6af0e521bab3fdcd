// Opens a photo with a program that the person chooses: one installed for its type, or any other, which is remembered.
import { spawn } from 'node:child_process';
import type { PhotoId } from '../shared/contract/ids.ts';
import type { PhotoProgram } from '../shared/contract/page.ts';
import { mostPrograms } from '../shared/contract/preferences.ts';
import { firstLine, HashlensError } from '../shared/errors.ts';
import { engineEnvironment } from './engine-location.ts';
import { typeOf } from './file-lists.ts';
import type { PreferenceFile } from './preferences.ts';
import { chosenProgram, isExecutable, withFile, type Program } from './programs.ts';

export interface OpenWithHost {
  /** Absolute path of a photo's file in the library's folders. Throws HashlensError without one. */
  readonly file: (photoId: PhotoId) => Promise<string>;
  /** Programs that the system knows for a type. */
  readonly installed: (type: string) => Promise<readonly Program[]>;
  /** Path of a program that the person chooses in a dialog; null if they closed it. */
  readonly ask: () => Promise<string | null>;
  /** Starts a program with its arguments. */
  readonly start: (command: readonly string[]) => Promise<void>;
}

export class OpenWith {
  readonly #preferences: Pick<PreferenceFile, 'now' | 'change'>;
  readonly #host: OpenWithHost;
  /** Programs taken off the list. */
  readonly #forgotten = new Set<string>();

  constructor(preferences: Pick<PreferenceFile, 'now' | 'change'>, host: OpenWithHost) {
    this.#preferences = preferences;
    this.#host = host;
  }

  /** Programs for a photo: those that the person chose before, then those installed for its type. */
  async programs(photoId: PhotoId): Promise<readonly PhotoProgram[]> {
    return (await this.#known(await this.#host.file(photoId))).map(({ id, name }) => ({ id, name }));
  }

  /**
   * Starts a program with the file of a photo as its only argument of the library.
   * @param programId of one of `programs`; null asks for a program and remembers it
   */
  async open(photoId: PhotoId, programId: string | null): Promise<void> {
    const file = await this.#host.file(photoId);
    const program =
      programId === null ? await this.#asked() : (await this.#known(file)).find(({ id }) => id === programId);
    if (program === null) return;
    if (program === undefined) throw new HashlensError('not-found', 'This program is no longer known.');
    await this.#host.start(withFile(program.command, file));
  }

  /** Takes a program that the person chose off the list. */
  forget(programId: string): void {
    const { programs } = this.#preferences.now;
    if (programs.includes(programId)) this.#forgotten.add(programId);
    this.#remember(programs.filter((path) => path !== programId));
  }

  /** Puts a program on the list again that was taken off since the start: the page cannot name any other. */
  restore(programId: string): void {
    if (!this.#forgotten.has(programId)) throw new HashlensError('not-found', 'This program is no longer known.');
    const others = this.#preferences.now.programs.filter((path) => path !== programId);
    this.#remember([programId, ...others].slice(0, mostPrograms));
  }

  async #known(file: string): Promise<readonly Program[]> {
    const type = typeOf(file);
    const chosen = this.#preferences.now.programs.map((path) => chosenProgram(path));
    return [...chosen, ...(type === null ? [] : await this.#host.installed(type))];
  }

  async #asked(): Promise<Program | null> {
    const path = await this.#host.ask();
    if (path === null) return null;
    if (!(await isProgram(path))) throw new HashlensError('bad-argument', `${path} is not a program.`);
    const others = this.#preferences.now.programs.filter((other) => other !== path);
    this.#remember([path, ...others].slice(0, mostPrograms));
    return chosenProgram(path);
  }

  #remember(programs: readonly string[]): void {
    this.#preferences.change({ programs: [...programs] });
  }
}

/** Whether the system can start a file. */
async function isProgram(path: string): Promise<boolean> {
  if (process.platform === 'win32') return /\.exe$/i.test(path);
  if (process.platform === 'darwin' && path.endsWith('.app')) return true;
  return isExecutable(path);
}

/** Starts a program that goes on when Hashlens ends, without a shell. Resolves once it runs. */
export async function startProgram(command: readonly string[]): Promise<void> {
  const [program = '', ...args] = command;
  try {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', env: engineEnvironment(process.env) });
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', resolve);
    });
    child.unref();
  } catch (error) {
    throw new HashlensError('io-error', `${program} could not be started: ${firstLine(error)}.`, { cause: error });
  }
}

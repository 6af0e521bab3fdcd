// Copies files to the clipboard of Windows: Electron has no access to its list of dropped files (CF_HDROP), and PowerShell, a
// part of Windows, has.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { HashlensError } from '../shared/errors.ts';

/** Paths come by stdin, a line each, so that none of them is taken for a part of the script. */
const script = [
  "$ErrorActionPreference = 'Stop'",
  '$reader = New-Object IO.StreamReader([Console]::OpenStandardInput(), (New-Object Text.UTF8Encoding($false)))',
  '$paths = $reader.ReadToEnd().Split("`n", [StringSplitOptions]::RemoveEmptyEntries)',
  'Set-Clipboard -LiteralPath $paths',
].join('\n');

const powerShell = (): string =>
  path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32\\WindowsPowerShell\\v1.0\\powershell.exe');

/** @throws HashlensError `io-error` */
export function copyFilesOnWindows(files: readonly string[], program = powerShell()): Promise<void> {
  const encoded = Buffer.from(script, 'utf16le').toString('base64');
  const options = ['-NoProfile', '-NonInteractive', '-STA', '-EncodedCommand', encoded];
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const fail = (problem: string) =>
    reject(new HashlensError('io-error', `The files could not be copied to the clipboard: ${problem}.`));
  const child = spawn(program, options, { stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  child.on('error', (error) => fail(error.message));
  child.on('close', (code) => (code === 0 ? resolve(undefined) : fail(words.trim().split('\n', 1)[0] ?? '')));
  // A program that has ended takes no more; its end says why.
  child.stdin.on('error', () => undefined).end(files.join('\n'), 'utf8');
  return promise;
}

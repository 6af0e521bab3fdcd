// A display for windows where there is none.
import { spawn, type ChildProcess } from 'node:child_process';

/** An X server without a screen. It picks its own display number and reports it on descriptor 3. */
export function startXvfb(): Promise<{ server: ChildProcess; display: string }> {
  return new Promise((resolve, reject) => {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    server.on('error', (error) => {
      reject(
        new Error(`there is no DISPLAY, and Xvfb does not start (${error.message}). Debian: apt-get install xvfb`),
      );
    });
    server.on('close', (code) => reject(new Error(`Xvfb ended with exit code ${code}`)));
    let output = '';
    server.stdio[3]?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.endsWith('\n')) resolve({ server, display: `:${output.trim()}` });
    });
  });
}

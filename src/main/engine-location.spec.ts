// Command and environment of the engine process.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineCommand, engineEnvironment } from './engine-location.ts';

describe('engineCommand', () => {
  it('runs the engine from source while developing', () => {
    const command = engineCommand({ root: '/app', packaged: null, library: '/lib', env: {} });
    expect(command.program).toBe(path.join('/app', 'src/engine/cli/engine-program.ts'));
    expect(command.args).toEqual(['--library', '/lib']);
  });

  it('lets a test name another engine, but never in a packaged app', () => {
    const env = { HASHLENS_ENGINE_PROGRAM: '/elsewhere.ts' };
    expect(engineCommand({ root: '/app', packaged: null, library: null, env }).program).toBe('/elsewhere.ts');
    const packed = engineCommand({ root: '/app', packaged: '/opt/hashlens/resources', library: null, env });
    expect(packed.program).toBe(path.join('/opt/hashlens/resources', 'engine/src/engine/cli/engine-program.js'));
    expect(packed.node.startsWith(path.join('/opt/hashlens/resources', 'engine'))).toBe(true);
    expect(packed.args).toEqual([]);
  });
});

describe('engineEnvironment', () => {
  it('removes variables that would make the engine an Electron or open its debugger', () => {
    const own = {
      PATH: '/bin',
      HOME: '/home/me',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--inspect',
      CHROME_DESKTOP: 'x',
    };
    expect(engineEnvironment(own)).toEqual({ PATH: '/bin', HOME: '/home/me' });
  });
});

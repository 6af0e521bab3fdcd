// Locates the engine and its Node: from source in development, compiled next to the app when packaged.
import path from 'node:path';
import type { EngineCommand } from './engine-process.ts';

export interface EngineLocation {
  /** The project folder in development; the app's folder when packaged. */
  readonly root: string;
  /** `process.resourcesPath` of a packaged app; null in development. */
  readonly packaged: string | null;
  readonly library: string | null;
  readonly env: NodeJS.ProcessEnv;
}

const nodeBinary = process.platform === 'win32' ? 'node_modules/node/bin/node.exe' : 'node_modules/node/bin/node';

export function engineCommand({ root, packaged, library, env: own }: EngineLocation): EngineCommand {
  const args = library === null ? [] : ['--library', library];
  const env = engineEnvironment(own);
  if (packaged !== null) {
    // A plain Node cannot read inside an asar archive, so the engine is outside it.
    const engine = path.join(packaged, 'engine');
    return {
      node: path.join(engine, nodeBinary),
      program: path.join(engine, 'src/engine/cli/engine-program.js'),
      args,
      env,
    };
  }
  const program = own['HASHLENS_ENGINE_PROGRAM'] ?? path.join(root, 'src/engine/cli/engine-program.ts');
  return { node: path.join(root, nodeBinary), program, args, env };
}

/** This process's environment without the variables set by Electron or its Node, or obeyed by them. */
export function engineEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(own).filter(([name]) => !/^(ELECTRON_|CHROME_|NODE_OPTIONS$|NODE_CHANNEL_)/.test(name)),
  );
}

// electron-builder's configuration: the contents of the application, and the package of each system.
import { Arch, type Configuration } from 'electron-builder';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { stageEngine } from './stage-engine.ts';
import type { PackageTarget } from './target.ts';

/** Name of the executable of the window; `hashlens` is the command line. */
export const executableName = 'hashlens-window';

export interface ElectronSource {
  readonly version: string;
  /** Folder of an unpacked Electron; null lets electron-builder fetch the version. */
  readonly dist: string | null;
}

/**
 * `environment` decides on signing (electron-builder reads CSC_LINK, CSC_KEY_PASSWORD, APPLE_ID and the like itself) and on
 * updates: HASHLENS_UPDATE_FEED is the address of a folder with the packages.
 */
export function builderConfiguration(electron: ElectronSource, environment: NodeJS.ProcessEnv): Configuration {
  const feed = environment['HASHLENS_UPDATE_FEED'];
  return {
    appId: 'org.hashlens.Hashlens',
    productName: 'Hashlens',
    executableName,
    copyright: 'Hashlens contributors, MIT',
    directories: { output: 'dist', buildResources: 'resources' },
    electronVersion: electron.version,
    ...(electron.dist === null ? {} : { electronDist: electron.dist }),
    electronLanguages: ['en-US', 'en-GB', 'de'],
    // Main, preload and page are bundled; no package is loaded inside the archive.
    files: ['out/{main,preload,renderer}/**', 'resources/icon.png', 'package.json', '!node_modules'],
    asar: true,
    npmRebuild: false,
    nodeGypRebuild: false,
    afterPack: async ({ appOutDir, arch, electronPlatformName, packager }) => {
      const resources = packager.getResourcesDir(appOutDir);
      // An Electron made for development has a launcher there, which would run instead of the archive.
      await rm(path.join(resources, 'app'), { recursive: true, force: true });
      // A plain Node cannot read inside an archive, so the engine is beside it.
      await stageEngine(path.join(resources, 'engine'), targetOf(electronPlatformName, arch));
    },
    electronFuses: {
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    },
    // Without an address the application has no button that looks for updates.
    publish: feed === undefined ? null : { provider: 'generic', url: feed },
    protocols: [{ name: 'A search in Hashlens', schemes: ['hashlens'] }],
    linux: {
      // The deb is made from the unpacked directory; see deb.ts.
      target: ['AppImage'],
      category: 'Graphics',
      icon: 'resources/icon.png',
      synopsis: 'Search your own photos in your own words, offline',
      desktop: { entry: { StartupWMClass: 'Hashlens', Keywords: 'photos;pictures;search;' } },
    },
    mac: {
      // ONNX Runtime has no files for Intel processors, so there is no universal application.
      target: [{ target: 'dmg', arch: ['arm64'] }],
      category: 'public.app-category.photography',
      icon: 'resources/icon.png',
      hardenedRuntime: true,
      notarize: environment['APPLE_API_KEY'] !== undefined || environment['APPLE_ID'] !== undefined,
    },
    win: { target: ['nsis'], icon: 'resources/icon.png' },
    nsis: { oneClick: false, perMachine: false, deleteAppDataOnUninstall: false },
  };
}

function targetOf(platform: string, arch: Arch): PackageTarget {
  if (platform !== 'linux' && platform !== 'darwin' && platform !== 'win32') {
    throw new Error(`No package is made for ${platform}.`);
  }
  if (arch !== Arch.x64 && arch !== Arch.arm64) throw new Error(`No package is made for ${Arch[arch]} processors.`);
  return { platform, arch: arch === Arch.x64 ? 'x64' : 'arm64' };
}

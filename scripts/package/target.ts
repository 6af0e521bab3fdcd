// The system and processor that a package is for.
export interface PackageTarget {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: 'x64' | 'arm64';
}

export function hostTarget(): PackageTarget {
  const { platform, arch } = process;
  if (platform !== 'linux' && platform !== 'darwin' && platform !== 'win32') {
    throw new Error(`No package is made for ${platform}.`);
  }
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`No package is made for ${arch} processors.`);
  return { platform, arch };
}

const binaryPath = /(?:^|[/-])(darwin|linuxmusl|linux|win32)[/-](x64|arm64|arm|ia32)(?=[/.-]|$)/;

/** False for a native file of another system or processor, which its path names: `linux/arm64/`, `win32-x64.node`. */
export function isForTarget(file: string, { platform, arch }: PackageTarget): boolean {
  const [, system, processor] = binaryPath.exec(file) ?? [];
  return system === undefined || (system === platform && processor === arch);
}

// A Debian package of the unpacked application, with the command line, its manual and completions. Needs dpkg-deb.
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import packageFile from '../../package.json' with { type: 'json' };
import { root } from '../electron.ts';
import { executableName } from './electron-builder.ts';
import { completions, manPage } from './usage.ts';
import type { PackageTarget } from './target.ts';
import { addToLatest, updateAddress } from './update-feed.ts';

const home = 'usr/lib/hashlens';
const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512];

/** Libraries that Electron links; the second name is that of releases with 64-bit time. */
const depends = [
  'libasound2 | libasound2t64',
  'libatk-bridge2.0-0 | libatk-bridge2.0-0t64',
  'libdrm2',
  'libgbm1',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libxss1',
  'libxtst6',
  'xdg-utils',
];

export const desktopFile = `[Desktop Entry]
Type=Application
Name=Hashlens
GenericName=Photo Search
GenericName[de]=Fotosuche
Comment=Search your own photos in your own words, offline
Comment[de]=Eigene Fotos mit eigenen Worten suchen, ohne Internet
Exec=/${home}/${executableName} %U
Icon=hashlens
Terminal=false
StartupNotify=true
StartupWMClass=Hashlens
Categories=Graphics;Photography;Viewer;
Keywords=photos;pictures;search;
MimeType=x-scheme-handler/hashlens;
`;

/**
 * Writes `hashlens_<version>_<architecture>.deb` into `folder`; returns its path. `feed`: the address where the installed
 * application may look for updates.
 */
export async function makeDeb(
  unpacked: string,
  folder: string,
  { arch }: PackageTarget,
  feed: string | undefined,
): Promise<string> {
  const architecture = arch === 'x64' ? 'amd64' : arch;
  const tree = path.join(folder, 'deb');
  await rm(tree, { recursive: true, force: true });
  await cp(unpacked, path.join(tree, home), { recursive: true, verbatimSymlinks: true });
  // Chromium's sandbox helper works only as root; it is used where the kernel refuses user namespaces.
  await chmod(path.join(tree, home, 'chrome-sandbox'), 0o4755);

  if (feed !== undefined) {
    await write(tree, `${home}/resources/app-update.yml`, updateAddress(feed));
    await write(tree, `${home}/resources/package-type`, 'deb');
  }

  await write(tree, `usr/share/applications/hashlens.desktop`, desktopFile);
  await mkdir(path.join(tree, 'usr/bin'), { recursive: true });
  await symlink(`../lib/hashlens/resources/engine/bin/hashlens`, path.join(tree, 'usr/bin/hashlens'));
  await write(tree, 'usr/share/man/man1/hashlens.1.gz', gzipSync(manPage(), { level: 9 }));
  const { bash, zsh, fish } = completions();
  await write(tree, 'usr/share/bash-completion/completions/hashlens', bash);
  await write(tree, 'usr/share/zsh/vendor-completions/_hashlens', zsh);
  await write(tree, 'usr/share/fish/vendor_completions.d/hashlens.fish', fish);
  await cp(path.join(root, 'LICENSE'), path.join(tree, 'usr/share/doc/hashlens/copyright'));
  for (const size of iconSizes) {
    const icon = await sharp(path.join(root, 'resources/icon.svg'), { density: 288 })
      .resize(size, size)
      .png()
      .toBuffer();
    await write(tree, `usr/share/icons/hicolor/${size}x${size}/apps/hashlens.png`, icon);
  }
  await write(
    tree,
    'usr/share/icons/hicolor/scalable/apps/hashlens.svg',
    await readFile(path.join(root, 'resources/icon.svg')),
  );

  const control = [
    'Package: hashlens',
    `Version: ${packageFile.version}`,
    `Architecture: ${architecture}`,
    'Maintainer: Hashlens contributors',
    `Installed-Size: ${Math.ceil((await bytesBelow(tree)) / 1024)}`,
    `Depends: ${depends.join(', ')}`,
    'Recommends: libvulkan1',
    'Suggests: ffmpeg',
    'Section: graphics',
    'Priority: optional',
    'Description: search your own photos in your own words, offline',
    ' Hashlens finds photos by what they show and learns from your captions and tags.',
    ' Nothing leaves the computer.',
    '',
  ];
  await write(tree, 'DEBIAN/control', control.join('\n'));
  // Zstandard: a fifth larger than xz, in a tenth of the time.
  const file = path.join(folder, `hashlens_${packageFile.version}_${architecture}.deb`);
  await promisify(execFile)('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z9', '--build', tree, file]);
  await rm(tree, { recursive: true, force: true });
  if (feed !== undefined) await addToLatest(file);
  return file;
}

async function write(tree: string, name: string, content: string | Buffer): Promise<void> {
  const file = path.join(tree, name);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o755 });
  await writeFile(file, content, { mode: 0o644 });
}

export async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

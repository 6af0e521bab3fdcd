// Maps an app:// address to a file of the compiled page.
import path from 'node:path';

const pageTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export type AppFile =
  | { readonly ok: true; readonly path: string; readonly type: string }
  | { readonly ok: false; readonly status: 400 | 403 | 404 };

/** @param folder folder of the compiled page; no address gives a file outside it */
export function appFile(address: string, folder: string): AppFile {
  let url: URL;
  let name: string;
  try {
    url = new URL(address);
    name = decodeURIComponent(url.pathname);
  } catch {
    return { ok: false, status: 400 };
  }
  if (url.host !== 'hashlens' || url.username !== '' || url.password !== '') return { ok: false, status: 403 };
  const type = pageTypes[path.extname(name)];
  const file = path.join(folder, path.normalize(name));
  if (name.includes('\0') || type === undefined || !file.startsWith(folder + path.sep))
    return { ok: false, status: 404 };
  return { ok: true, path: file, type };
}

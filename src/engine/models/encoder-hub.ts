// The address that encoders are downloaded from: the model hub, or a mirror that the person has chosen.
import { HashlensError } from '../../shared/errors.ts';
import { hubUrl } from '../encoder/clip/download.ts';
import type { SettingsStore } from '../store/settings.ts';

/** Hosts reached over a line that nobody else can read, so that it need not be encrypted. */
const ownHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Without a slash at its end. */
export const encoderHub = (settings: SettingsStore): string => settings.get('encoder-hub') ?? hubUrl;

/**
 * @param url null for the model hub itself
 * @throws HashlensError `bad-argument` for an address that cannot be used
 */
export function chooseEncoderHub(settings: SettingsStore, url: string | null): void {
  settings.set('encoder-hub', url === null ? hubUrl : checkedAddress(url));
}

function checkedAddress(text: string): string {
  const refuse = (what: string): never => {
    throw new HashlensError('bad-argument', `"${text}" ${what}; give an address such as https://hub.example.org.`);
  };
  if (!URL.canParse(text)) return refuse('is not an address');
  const { protocol, hostname, username, password, search, hash, origin, pathname } = new URL(text);
  if (username !== '' || password !== '') return refuse('has a name or password in it, which would be kept readable');
  if (search !== '' || hash !== '') return refuse('has more than a host and a path');
  if (protocol !== 'https:' && !(protocol === 'http:' && ownHosts.has(hostname))) {
    return refuse('is not encrypted, so anybody on the way could change the download');
  }
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

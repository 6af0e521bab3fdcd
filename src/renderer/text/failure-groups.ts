// Files that could not be used, by what is wrong with them, in words.
import type { ErrorCode } from '../../shared/errors.ts';
import type { FileFailure } from '../../shared/contract/indexing.ts';

export interface FailureGroup {
  readonly title: string;
  /** What helps; empty where each file's own message says it. */
  readonly advice: string;
  readonly failures: readonly FileFailure[];
}

type Cause = 'damaged' | 'format' | 'no-photo' | 'heavy' | 'disk' | 'machine' | 'other';

const titles: Readonly<Record<Cause, readonly [title: string, advice: string]>> = {
  damaged: ['Damaged', 'Restore them from a backup, or save them again with a photo editor.'],
  format: ['Formats that cannot be read', 'Save them as JPEG or PNG to have them searched.'],
  'no-photo': ['Named like photos, but none', 'Give them their proper extension, or delete them.'],
  heavy: ['Too large to decode', 'Save smaller copies of them.'],
  disk: ['Not read from the disk', 'Check permissions, and the disk or share they are on.'],
  machine: ['No more processes or memory for them', 'Close other programs, then try again.'],
  other: ['Other reasons', ''],
};

const causes: Partial<Readonly<Record<ErrorCode, Cause>>> = {
  unreadable: 'damaged',
  'unsupported-format': 'format',
  'not-an-image': 'no-photo',
  'too-heavy': 'heavy',
  'too-large': 'heavy',
  'needs-memory': 'heavy',
  'io-error': 'disk',
  offline: 'disk',
  'read-only': 'disk',
  'disk-full': 'disk',
  'system-limit': 'machine',
};

/** The largest group first. */
export function failureGroups(failures: readonly FileFailure[]): readonly FailureGroup[] {
  const groups = Map.groupBy(failures, ({ code }) => causes[code] ?? 'other');
  return [...groups]
    .map(([cause, members]) => {
      const [title, advice] = titles[cause];
      return { title, advice, failures: members };
    })
    .sort((a, b) => b.failures.length - a.failures.length);
}

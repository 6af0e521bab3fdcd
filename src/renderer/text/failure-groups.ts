// Groups files that could not be used by their fault, in words.
import { m } from '../../language/language.ts';
import { problemText } from '../../language/problems.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { FileFailure } from '../../shared/contract/indexing.ts';
import { fileName } from './format.ts';

export interface FailureGroup {
  readonly title: string;
  /** The remedy; empty if each file's own message gives it. */
  readonly advice: string;
  readonly failures: readonly FileFailure[];
}

type Cause = 'damaged' | 'format' | 'no-photo' | 'heavy' | 'disk' | 'machine' | 'other';

const titles: Readonly<Record<Cause, readonly [title: () => string, advice: () => string]>> = {
  damaged: [m.failure_groups_damaged, m.failure_groups_damaged_advice],
  format: [m.failure_groups_format, m.failure_groups_format_advice],
  'no-photo': [m.failure_groups_no_photo, m.failure_groups_no_photo_advice],
  heavy: [m.failure_groups_heavy, m.failure_groups_heavy_advice],
  disk: [m.failure_groups_disk, m.failure_groups_disk_advice],
  machine: [m.failure_groups_machine, m.failure_groups_machine_advice],
  other: [m.failure_groups_other, () => ''],
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
      return { title: title(), advice: advice(), failures: members };
    })
    .sort((a, b) => b.failures.length - a.failures.length);
}

/** The fault and the remedy without the name of the file, so that all files with this fault have the same text. */
export function failureReason(failure: FileFailure): string {
  const text = problemText(failure);
  const start = `${fileName(failure.path)} `;
  return text.startsWith(start) ? m.failure_groups_reason({ fault: text.slice(start.length) }) : text;
}

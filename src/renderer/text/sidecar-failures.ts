// Sidecars that could not be written, by what is wrong with them, in words.
import { m } from '../../language/language.ts';
import { problemText } from '../../language/problems.ts';
import type { SidecarOutcome } from '../../shared/contract/metadata.ts';
import type { ErrorCode } from '../../shared/errors.ts';

export interface SidecarFailures {
  readonly title: string;
  readonly failed: number;
  /** The first of each code, each once. */
  readonly messages: readonly string[];
}

const titles: Partial<Readonly<Record<ErrorCode, () => string>>> = {
  unreadable: m.job_news_sidecars_damaged,
  'too-heavy': m.job_news_sidecars_damaged,
  'io-error': m.job_news_sidecars_disk,
  offline: m.job_news_sidecars_disk,
  'read-only': m.job_news_sidecars_disk,
  'folder-missing': m.job_news_sidecars_disk,
  'not-found': m.job_news_sidecars_gone,
};

/** The largest group first. */
export function sidecarFailures(failed: SidecarOutcome['failed']): readonly SidecarFailures[] {
  const groups = Map.groupBy(failed, ({ code }) => (titles[code] ?? m.job_news_sidecars_other)());
  return [...groups]
    .map(([title, members]) => ({
      title,
      failed: members.reduce((sum, { count }) => sum + count, 0),
      messages: [
        ...new Set(members.flatMap(({ code, messages }) => messages.map((message) => problemText({ code, message })))),
      ],
    }))
    .sort((a, b) => b.failed - a.failed);
}

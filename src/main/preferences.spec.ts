// Preferences of the window: stored values, and damaged files.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../shared/json.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { preferenceChange } from '../shared/contract/preferences.ts';
import { PreferenceFile } from './preferences.ts';

it('are restored at the next start, and are passed on at once', async () => {
  const path = join(temporaryFolder(), 'preferences.json');
  const received: string[] = [];
  const first = new PreferenceFile(path, ({ appearance }) => received.push(appearance));
  first.change({ appearance: 'dark' });
  first.change({ rowHeight: 300 });
  await first.written();
  expect(received).toEqual(['system', 'dark', 'dark']);
  const { now } = new PreferenceFile(path, () => undefined);
  expect(now).toMatchObject({ appearance: 'dark', notifications: true, sidebarOpen: false, rowHeight: 300 });
});

it('have their defaults if the file is damaged or of another release', () => {
  const path = join(temporaryFolder(), 'preferences.json');
  const usual = {
    ...{
      appearance: 'system',
      language: 'system',
      notifications: true,
      sidebarOpen: false,
      rowHeight: 172,
      programs: [],
    },
    ...{ factsOpen: true, stripOpen: false, tray: false, grouping: 'month' },
  };
  for (const text of ['{"appearance": "da', '{"rowHeight": 1e9}', '[]']) {
    writeFileSync(path, text);
    expect(new PreferenceFile(path, () => undefined).now).toEqual(usual);
  }
  writeFileSync(path, '{"sidebarOpen": true, "later": 1}');
  expect(new PreferenceFile(path, () => undefined).now).toEqual({ ...usual, sidebarOpen: true });
});

it('are valid even if they cannot be written', async () => {
  const file = new PreferenceFile(join(temporaryFolder(), 'no', 'folder', 'p.json'), () => undefined);
  expect(file.change({ notifications: false }).notifications).toBe(false);
  await file.written();
  expect(file.now.notifications).toBe(false);
});

it('change only what is named', async () => {
  const path = join(temporaryFolder(), 'preferences.json');
  const file = new PreferenceFile(path, () => undefined);
  file.change({ sidebarOpen: true });
  file.change(preferenceChange.parse({ appearance: 'light' }));
  await file.written();
  expect(parseJson(z.unknown(), readFileSync(path, 'utf8'))).toMatchObject({ sidebarOpen: true, appearance: 'light' });
});

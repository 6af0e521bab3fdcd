import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { WorkSettings } from '../../shared/contract/jobs.ts';
import { onBatteryOnLinux, WorkGate } from './work-gate.ts';

const always: WorkSettings = { onlyWhenIdle: false, onlyOnPower: false, threads: null };
const gateWith = (settings: Partial<WorkSettings>, onBattery: boolean | null = null) =>
  new WorkGate({ settings: () => ({ ...always, ...settings }), onBattery: async () => onBattery, lookEveryMs: 1 });
const used = { idleSeconds: 5, onBattery: false };

describe('work', () => {
  it('waits for nothing unless the person has chosen so', async () => {
    const gate = gateWith({}, true);
    gate.report({ idleSeconds: 0, onBattery: true });
    expect(await gate.waitsFor()).toBeNull();
  });

  it('waits while somebody uses the computer, where that is known', async () => {
    const gate = gateWith({ onlyWhenIdle: true });
    expect(await gate.waitsFor()).toBeNull();
    gate.report(used);
    expect(await gate.waitsFor()).toBe('idle');
    gate.report({ ...used, idleSeconds: 300 });
    expect(await gate.waitsFor()).toBeNull();
  });

  it('waits for mains power, by what the window says and else by what the system says', async () => {
    expect(await gateWith({ onlyOnPower: true }, true).waitsFor()).toBe('power');
    expect(await gateWith({ onlyOnPower: true }, null).waitsFor()).toBeNull();
    const gate = gateWith({ onlyOnPower: true }, true);
    gate.report(used);
    expect(await gate.waitsFor()).toBeNull();
    gate.report({ ...used, onBattery: true });
    expect(await gate.waitsFor()).toBe('power');
  });

  it('goes on once it may, having said once what it waits for', async () => {
    const gate = gateWith({ onlyWhenIdle: true });
    gate.report(used);
    const said: string[] = [];
    const passed = gate.pass(new AbortController().signal, (message) => {
      said.push(message);
      setTimeout(() => gate.report({ ...used, idleSeconds: 300 }), 20);
    });
    await passed;
    expect(said).toEqual(['Waiting until nobody uses the computer']);
  });

  it('can be stopped while it waits', async () => {
    const gate = gateWith({ onlyWhenIdle: true });
    gate.report(used);
    const stop = new AbortController();
    await expect(gate.pass(stop.signal, () => stop.abort('pause'))).rejects.toThrow();
  });
});

describe('the power of a Linux machine', () => {
  const supplies = (list: Record<string, Record<string, string>>): string => {
    const folder = temporaryFolder();
    for (const [name, files] of Object.entries(list)) {
      mkdirSync(join(folder, name));
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
    }
    return folder;
  };
  const battery = { type: 'Battery', online: '1' };

  it.each([
    ['an adapter that is in', { AC: { type: 'Mains', online: '1' }, BAT0: battery }, false],
    ['an adapter that is out', { AC: { type: 'Mains', online: '0' }, BAT0: battery }, true],
    ['two sockets of which one is in use', { A: { type: 'USB', online: '0' }, B: { type: 'USB', online: '1' } }, false],
    ['no adapter', { BAT0: battery }, null],
  ])('is told by %s', async (_what, list, expected) => {
    expect(await onBatteryOnLinux(supplies(list))).toBe(expected);
  });

  it('is not known where the system does not tell', async () => {
    expect(await onBatteryOnLinux(join(temporaryFolder(), 'none'))).toBeNull();
  });
});

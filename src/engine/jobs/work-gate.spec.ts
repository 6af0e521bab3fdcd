import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { WorkSettings } from '../../shared/contract/jobs.ts';
import { openStore } from '../store/database.ts';
import { onBatteryOnLinux, WorkGate } from './work-gate.ts';
import { setWorkSettings, threadsFor, workSettings } from './work-settings.ts';

const always: WorkSettings = { onlyWhenIdle: false, onlyOnPower: false, speed: 'leave-one', threads: null };
const gateWith = (settings: Partial<WorkSettings>, onBattery: boolean | null = null) =>
  new WorkGate({
    settings: () => ({ ...always, ...settings }),
    onBattery: async () => onBattery,
    lookEveryMs: 1,
    cores: 8,
  });
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
    const messages: string[] = [];
    const passed = gate.pass(new AbortController().signal, (message) => {
      messages.push(message);
      setTimeout(() => gate.report({ ...used, idleSeconds: 300 }), 20);
    });
    await passed;
    expect(messages).toEqual(['Waiting until nobody uses the computer']);
  });

  it('can be stopped while it waits', async () => {
    const gate = gateWith({ onlyWhenIdle: true });
    gate.report(used);
    const stop = new AbortController();
    await expect(gate.pass(stop.signal, () => stop.abort('pause'))).rejects.toThrow();
  });
});

describe('threads', () => {
  const [free, busy] = [
    { idleSeconds: 300, onBattery: true },
    { idleSeconds: 5, onBattery: true },
  ];

  it('leave one core to the person, or none, as the person has chosen', async () => {
    for (const machine of [free, busy, { ...busy, onBattery: false }]) {
      for (const [speed, count] of [
        ['leave-one', 7],
        ['full', 8],
      ] as const) {
        const gate = gateWith({ speed });
        gate.report(machine);
        expect(await gate.threads()).toBe(count);
      }
    }
  });

  it('use all cores while nobody uses the computer or it has mains power, and follow changes of that', async () => {
    const gate = gateWith({ speed: 'full-when-away' });
    expect(await gate.threads()).toBe(7);
    const counts: number[] = [];
    for (const machine of [busy, free, busy, { ...busy, onBattery: false }, { idleSeconds: null, onBattery: null }]) {
      gate.report(machine);
      counts.push(await gate.threads());
    }
    expect(counts).toEqual([7, 8, 7, 8, 7]);
    expect(await gateWith({ speed: 'full-when-away' }, false).threads()).toBe(8);
    expect(await gateWith({ speed: 'full-when-away' }, true).threads()).toBe(7);
  });

  it('are never more than the person allows, and at least one', async () => {
    expect(await gateWith({ speed: 'full', threads: 3 }).threads()).toBe(3);
    expect(await gateWith({ speed: 'leave-one', threads: 300 }).threads()).toBe(7);
    expect(threadsFor({ speed: 'leave-one', threads: null }, false, 1)).toBe(1);
  });

  it('set in a library of an earlier version stay the same', () => {
    const store = openStore(temporaryFolder());
    onTestFinished(() => store.close());
    store.settings.set('work-threads', '8');
    expect(workSettings(store, 8)).toMatchObject({ speed: 'full', threads: null });
    expect(workSettings(store, 16)).toMatchObject({ speed: 'leave-one', threads: 8 });
    setWorkSettings(store, { speed: 'full-when-away' });
    expect(workSettings(store, 4)).toMatchObject({ speed: 'full-when-away' });
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

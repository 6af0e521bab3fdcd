// File operations of main on disks that answer, and on disks that do not.
import { expect, it } from 'vitest';
import { DiskGate } from './disk-gate.ts';

const forever = () => new Promise<never>(() => undefined);

it('returns the result of the operation, or throws its error', async () => {
  const gate = new DiskGate();
  expect(await gate.run('a', () => Promise.resolve(7))).toBe(7);
  await expect(gate.run('a', () => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
  expect(await gate.run('a', () => Promise.resolve(8))).toBe(8);
});

it('runs one operation of a place at a time, and operations of other places at the same time', async () => {
  const gate = new DiskGate();
  const order: string[] = [];
  let finish = (): void => undefined;
  const first = gate.run('a', () => new Promise<void>((resolve) => (finish = resolve))).then(() => order.push('a1'));
  const second = gate.run('a', () => Promise.resolve()).then(() => order.push('a2'));
  await gate.run('b', () => Promise.resolve()).then(() => order.push('b'));
  finish();
  await Promise.all([first, second]);
  expect(order).toEqual(['b', 'a1', 'a2']);
});

it('gives up on a hanging disk, and starts nothing on it until it answers again', async () => {
  const gate = new DiskGate(50);
  let back = (): void => undefined;
  await expect(gate.run('nas', () => new Promise<void>((resolve) => (back = resolve)))).rejects.toThrow('nas');
  let started = 0;
  const count = () => Promise.resolve(void started++);
  await expect(gate.run('nas', count)).rejects.toThrow('does not answer');
  expect(started).toBe(0);
  back();
  await gate.run('nas', count);
  expect(started).toBe(1);
});

it('leaves a thread to the page however many disks hang', async () => {
  const gate = new DiskGate(50);
  let started = 0;
  const hang = () => {
    started++;
    return forever();
  };
  const all = ['a', 'b', 'c', 'd', 'e'].map((place) => gate.run(place, hang).catch(() => 'given up'));
  expect(await Promise.all(all)).toEqual(Array(5).fill('given up'));
  expect(started).toBe(3);
});

import { expect, it } from 'vitest';
import { show, textOf } from '../../../test/support/render.ts';
import AboutHashlens from './AboutHashlens.svelte';

const health = { state: 'running' } as const;

it('names the version, and looks for a newer one where the build has an address for that', async () => {
  const { container } = await show(AboutHashlens, {
    info: { version: '1.2.3', health, otherElectron: null, updates: true },
  });
  expect(textOf(container)).toBe('Hashlens 1.2.3 Check for updates');
});

it('warns of an Electron that is not the one of releases', async () => {
  const otherElectron = { running: '33.2.1', released: '45.4.1' };
  const { container } = await show(AboutHashlens, {
    info: { version: '1.2.3', health, otherElectron, updates: false },
  });
  expect(textOf(container)).toMatch(/not a release.*Electron 33\.2\.1.*releases use Electron 45\.4\.1/s);
});

it('says so where the build has no address for updates', async () => {
  const { container } = await show(AboutHashlens, {
    info: { version: '1', health, otherElectron: null, updates: false },
  });
  expect(textOf(container)).toBe('Hashlens 1 This build names no address for updates.');
});

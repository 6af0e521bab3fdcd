import { expect, it } from 'vitest';
import { show, textOf } from '../../../test/support/render.ts';
import AboutHashlens from './AboutHashlens.svelte';

const health = { state: 'running' } as const;

it('names the version', async () => {
  const { container } = await show(AboutHashlens, { info: { version: '1.2.3', health, otherElectron: null } });
  expect(textOf(container)).toBe('Hashlens 1.2.3');
});

it('warns of an Electron that is not the one of releases', async () => {
  const otherElectron = { running: '33.2.1', released: '45.4.1' };
  const { container } = await show(AboutHashlens, { info: { version: '1.2.3', health, otherElectron } });
  expect(textOf(container)).toMatch(/not a release.*Electron 33\.2\.1.*releases use Electron 45\.4\.1/s);
});

import { describe, expect, it } from 'vitest';
import { startPage } from '../../../test/support/page.ts';
import { inGerman } from '../../../test/support/german.ts';
import { button, screen, showOn } from '../../../test/support/render.ts';
import HealthBanner from './HealthBanner.svelte';

describe('HealthBanner', () => {
  it('says nothing while the engine runs', async () => {
    showOn(await startPage(), HealthBanner, {});
    expect(screen.queryByRole('status')).toBeNull();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says why the engine stopped while it is being restarted', async () => {
    const page = await startPage({}, { state: 'restarting', reason: 'it was ended by SIGKILL' });
    showOn(page, HealthBanner, {});
    expect((await screen.findByRole('status')).textContent).toContain('it was ended by SIGKILL');
  });

  it('says why the engine stopped in the language of the window', () =>
    inGerman(async () => {
      const page = await startPage({}, { state: 'stopped', reason: 'it ended with exit code 3' });
      showOn(page, HealthBanner, {});
      expect((await screen.findByRole('alert')).textContent).toContain('er endete mit Exit-Code 3');
    }));

  it('lets the person start a stopped engine', async () => {
    const page = await startPage({}, { state: 'stopped', reason: 'it ended five times' });
    const { user, sent } = showOn(page, HealthBanner, {});
    expect((await screen.findByRole('alert')).textContent).toContain('it ended five times');
    await user.click(button('Start again'));
    expect(sent('app.restartEngine')).toHaveLength(1);
  });

  it('offers to repair a damaged library instead of starting again', async () => {
    const health = { state: 'stopped', reason: 'The library is damaged.', code: 'library-damaged' } as const;
    const page = await startPage({ 'app.repairLibrary': null }, health);
    const { user, sent } = showOn(page, HealthBanner, {});
    expect(screen.queryByRole('button', { name: 'Start again' })).toBeNull();
    await user.click(button('Repair'));
    expect(sent('app.repairLibrary')).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { preferences } from '../../shared/contract/preferences.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import ProgramSettings from './ProgramSettings.svelte';

describe('ProgramSettings', () => {
  it('says where programs are chosen while there are none', async () => {
    const { container } = await show(ProgramSettings, {});
    expect(textOf(container)).toContain('None chosen so far');
    expect(screen.queryByRole('list')).toBeNull();
  });

  it('lists chosen programs, and takes one off the list', async () => {
    const both = preferences.parse({ programs: ['/opt/gimp', '/opt/darktable'] });
    const { container, user, sent, answer } = await show(ProgramSettings, {}, { 'app.preferences': both });
    expect(textOf(container)).toContain('/opt/gimp');
    answer({ 'app.preferences': preferences.parse({ programs: ['/opt/darktable'] }) });
    await user.click(button('Remove /opt/gimp from the list'));
    expect(sent('app.forgetProgram')).toEqual([{ programId: '/opt/gimp' }]);
    await expect.poll(() => textOf(container)).not.toContain('/opt/gimp');
    expect(textOf(container)).toContain('/opt/darktable');
  });
});

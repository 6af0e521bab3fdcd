import { describe, expect, it, vi } from 'vitest';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import type { Answers } from '../../../test/support/page.ts';
import { aboutShared, connection } from '../../../test/support/shared-values.ts';
import { HashlensError } from '../../shared/errors.ts';
import ConnectDialog from './ConnectDialog.svelte';

async function opened(add: Answers['app.addConnection']) {
  const onclose = vi.fn();
  const answers: Answers = {
    'connections.show': aboutShared,
    ...(add === undefined ? {} : { 'app.addConnection': add }),
  };
  return { ...(await show(ConnectDialog, { onclose }, answers)), onclose };
}
const address = () => screen.getByLabelText('Address of the server');
const name = () => screen.getByLabelText<HTMLInputElement>('Name of the shared library');

describe('ConnectDialog', () => {
  it('adds the library, without a password where none was typed, and closes', async () => {
    const { user, sent, onclose } = await opened({ connection, names: ['family'] });
    expect(button('Connect').disabled).toBe(true);
    await user.type(address(), ' postgresql://ben@server/photos {Enter}');
    expect(sent('app.addConnection')).toEqual([
      { url: 'postgresql://ben@server/photos', name: 'family', password: null },
    ]);
    await expect.poll(() => onclose.mock.calls).toHaveLength(1);
  });

  it('says what a name may contain, and connects by no other', async () => {
    const { user, sent } = await opened({ connection, names: [] });
    await user.type(address(), 'postgresql://ben@server/photos');
    await user.clear(name());
    await user.type(name(), 'My family{Enter}');
    expect(screen.queryByText('Use small letters, digits and _, a letter first.')).not.toBeNull();
    expect([name().getAttribute('aria-invalid'), button('Connect').disabled, sent('app.addConnection')]).toEqual([
      'true',
      true,
      [],
    ]);
  });

  it('keeps what was typed where the server fails, and says why', async () => {
    const { user, onclose } = await opened(() => {
      throw new HashlensError('server-unreachable', 'The server cannot be reached.');
    });
    await user.type(address(), 'postgresql://ben@server/photos{Enter}');
    expect(textOf(await screen.findByRole('alert'))).toContain('The server cannot be reached.');
    expect(screen.queryByDisplayValue('postgresql://ben@server/photos')).not.toBeNull();
    expect([button('Connect').disabled, onclose.mock.calls]).toEqual([false, []]);
  });

  it('stays open where the person did not agree, and cannot be sent twice while it waits', async () => {
    let answer: (added: null) => void = () => undefined;
    const { user, sent, onclose } = await opened(() => new Promise((resolve) => (answer = resolve)));
    await user.type(address(), 'postgresql://ben@server/photos{Enter}');
    expect(button('Connecting…').disabled).toBe(true);
    await user.type(address(), '{Enter}');
    expect(sent('app.addConnection')).toHaveLength(1);
    answer(null);
    await screen.findByRole('button', { name: 'Connect' });
    expect(onclose).not.toHaveBeenCalled();
  });
});

import { describe, expect, it } from 'vitest';
import { encoder } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import EncoderDevice from './EncoderDevice.svelte';

const measured = (device: 'cpu' | 'webgpu', imageMs: number) =>
  ({ device, passed: true, detail: 'rows agree', cosine: 1, imageMs, textMs: 1, imageBatch: 8 }) as const;

describe('EncoderDevice', () => {
  it('says where the encoder runs before anything was measured, and offers to measure', async () => {
    const { user, sent } = await show(EncoderDevice, { encoder: encoder() }, { 'encoders.measure': [] });
    expect(screen.queryByText('Runs on the processor.')).not.toBeNull();
    expect(screen.queryByRole('combobox')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Measure this machine' }));
    expect(sent('encoders.measure')).toEqual([{ encoderId: 'starter' }]);
  });

  it('shows the speed of each device and changes to the chosen one', async () => {
    const measurements = [measured('cpu', 40), measured('webgpu', 4)];
    const props = { encoder: encoder({ device: 'webgpu', measurements }) };
    const { user, sent } = await show(EncoderDevice, props, {
      'encoders.device': null,
      'encoders.list': [props.encoder],
    });
    expect(
      screen.queryByText(/^Runs on the graphics card \(WebGPU\): 4\.0 ms a photo, 1\.0 ms a search\.$/),
    ).not.toBeNull();
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Use' }), 'cpu');
    expect(sent('encoders.device')).toEqual([{ encoderId: 'starter', device: 'cpu' }]);
  });

  it('does not offer a device that cannot be used', async () => {
    const failed = { ...measured('webgpu', 1), passed: false, detail: 'no adapter', imageMs: null };
    await show(EncoderDevice, { encoder: encoder({ measurements: [measured('cpu', 40), failed] }) });
    expect(screen.queryByText('the graphics card (WebGPU): cannot be used, no adapter')).not.toBeNull();
    expect(screen.queryByRole('combobox')).toBeNull();
  });
});

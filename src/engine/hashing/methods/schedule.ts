// Learning rates over the epochs of a training: a factor of every rate, for methods that learn by gradient steps.
import { z } from 'zod';

/** Settings a method spreads into its own schema. */
export const scheduleSettings = {
  schedule: z.enum(['constant', 'cosine', 'step']).default('constant').meta({
    title: 'Learning-rate schedule',
    description: 'cosine: falls to 0 by the last epoch along half a cosine wave. step: drops at the milestones.',
  }),
  milestones: z
    .string()
    .regex(/^(\d+(,\d+)*)?$/, 'epochs with commas between them, as 10,15')
    .default('')
    .meta({
      title: 'Milestones',
      description: 'For schedule step: epochs after which the rate drops, with commas. Empty: after 60% and 85%.',
    }),
  decay: z.number().positive().max(1).default(0.1).meta({
    title: 'Decay',
    description: 'For schedule step: factor of the rate at each milestone.',
  }),
};

export interface ScheduleSettings {
  readonly schedule: 'constant' | 'cosine' | 'step';
  readonly milestones: string;
  readonly decay: number;
}

/**
 * Factor of the learning rate in an epoch, counted from 1, of `epochs`.
 * cosine: (1 + cos(pi (epoch - 1) / epochs)) / 2 (Loshchilov and Hutter, SGDR, ICLR 2017, without restarts);
 * step: decay to the power of the milestones passed, as PyTorch's MultiStepLR.
 */
export function scheduleOf(settings: ScheduleSettings, epochs: number): (epoch: number) => number {
  const { schedule, decay } = settings;
  if (schedule === 'constant') return () => 1;
  if (schedule === 'cosine') return (epoch) => (1 + Math.cos((Math.PI * (epoch - 1)) / epochs)) / 2;
  const given = settings.milestones.split(',').filter((text) => text !== '');
  const milestones = given.length > 0 ? given.map(Number) : [Math.round(0.6 * epochs), Math.round(0.85 * epochs)];
  return (epoch) => decay ** milestones.filter((milestone) => epoch > milestone).length;
}

// The person's preferences for the window, independent of the library: stored with the window's position.
import { z } from 'zod';

/** Limits of the height of a row of photos, in pixels. */
export const rowHeights = { least: 80, usual: 172, most: 420 } as const;

/** Largest number of programs that are remembered. */
export const mostPrograms = 12;

export const preferences = z.object({
  /** Light or dark; `system` follows the system. */
  appearance: z.enum(['system', 'light', 'dark']).default('system'),
  /** Language of the window; `system` follows the system, if there are sentences in its language. */
  language: z.enum(['system', 'en', 'de']).default('system'),
  /** Whether notifications report the end of long work while the window is not in front. */
  notifications: z.boolean().default(true),
  /** Whether an icon in the tray keeps Hashlens running while its window is closed. */
  tray: z.boolean().default(false),
  sidebarOpen: z.boolean().default(false),
  /** Whether the viewer shows the facts of a photo beside it. */
  factsOpen: z.boolean().default(true),
  /** Whether the viewer shows the photos before and after at its foot. */
  stripOpen: z.boolean().default(false),
  /** Headings of the time line. */
  grouping: z.enum(['month', 'day']).default('month'),
  rowHeight: z.int().min(rowHeights.least).max(rowHeights.most).default(rowHeights.usual),
  /** Paths of programs that the person chose to open photos, the last one first. The page cannot change them. */
  programs: z.array(z.string().min(1)).max(mostPrograms).readonly().default([]),
});

export type Preferences = z.output<typeof preferences>;

/** A change of some of them. Without defaults: absent values stay. */
export const preferenceChange = z.object({
  appearance: preferences.shape.appearance.unwrap().optional(),
  language: preferences.shape.language.unwrap().optional(),
  notifications: z.boolean().optional(),
  tray: z.boolean().optional(),
  sidebarOpen: z.boolean().optional(),
  factsOpen: z.boolean().optional(),
  stripOpen: z.boolean().optional(),
  grouping: preferences.shape.grouping.unwrap().optional(),
  rowHeight: preferences.shape.rowHeight.unwrap().optional(),
});

export type PreferenceChange = z.output<typeof preferenceChange>;

/** What the window remembers, and how runs are trained and kept. */
import { DEFAULT_MODEL_KEY, type ModelKey } from './model-key';

export const THEMES = ['system', 'dark', 'light'] as const;

export type Theme = (typeof THEMES)[number];

/** What the window remembers. */
export interface Settings {
  theme: Theme;
  /** Route last shown, e.g. `/runs/3`; empty before the first. */
  view: string;
  /** Architecture last shown in Models: its key. */
  model: ModelKey | null;
  /** Runs ticked for Compare. */
  compare: number[];
  /** Exponential smoothing of the curves, 0 (off) to 0.99. */
  smoothing: number;
  /** Runs trained at the same time, by all windows and terminals together; they share the processors. */
  runsAtOnce: number;
  /** Minutes between checkpoints within an epoch; 0 for none but at the ends of epochs. */
  checkpointMinutes: number;
  /** Newest checkpoints kept of a run, besides the best one and those that are pinned. */
  keepCheckpoints: number;
  /** Besides, the checkpoints at the end of every k-th epoch; 0 for none. */
  keepEveryEpochs: number;
  /** Show a desktop notification that a run has ended while the window is not in front. */
  notify: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  view: '',
  model: DEFAULT_MODEL_KEY,
  compare: [],
  smoothing: 0,
  runsAtOnce: 1,
  checkpointMinutes: 10,
  keepCheckpoints: 2,
  keepEveryEpochs: 0,
  notify: true,
};

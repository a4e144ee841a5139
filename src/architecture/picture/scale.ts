/** How large boxes are: a side follows the channels, the other the feature map. Bounded, and never falling. */

export interface Scale {
  /** Pixels of a side: the least, and the most. */
  low: number;
  high: number;
  /** The values up to which, and from which on, it has these. */
  from: number;
  to: number;
}

/** Whole pixels for a value, by its logarithm: twice as many channels add the same length wherever one is. */
export function scaled({ low, high, from, to }: Scale, value: number): number {
  const share = Math.log2(Math.max(from, value) / from) / Math.log2(to / from);
  return Math.round(low + (high - low) * Math.min(1, share));
}

/** Between these, boxes tell numbers of channels apart. */
export const CHANNEL_RANGE = { from: 8, to: 4096 } as const;
/** As above, sides of feature maps. */
export const SIDE_RANGE = { from: 1, to: 512 } as const;

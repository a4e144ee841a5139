/** What of a picture can be chosen, in the words of its bars. */
export const LEVEL_CHOICES = [
  { value: 'stages', label: 'Stages', title: 'A box for each stage' },
  { value: 'blocks', label: 'Blocks', title: 'Every convolution, equal blocks folded' },
  { value: 'layers', label: 'Layers', title: 'Every layer of every block' },
] as const;

export const DIRECTION_CHOICES = [
  { value: 'down', label: '↓', title: 'From top to bottom' },
  { value: 'right', label: '→', title: 'From left to right' },
] as const;

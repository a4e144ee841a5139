/** How a field of the recipe is described: what it holds, within what limits, in what words, and when it means something. Pure. */
import type { Bounds } from '../architecture/bounds';

/** Fields by their values: a choice has to have one of those named, a number has to ask for something (`set`). */
export type Condition = Readonly<Record<string, readonly string[] | 'set'>>;

interface CommonDescription {
  /** Heads its column, and its field in a form: `Learning rate`. */
  label: string;
  /** What sentences call it, where that is not the label with a small letter. */
  name?: string;
  /** What it does, as a clause without a full stop. */
  help: string;
  /** A few words below its field in a form. */
  hint?: string;
  /**
   * `step`: what one training step does; `rate`: how the learning rate moves from step to step; `images`: what becomes of an image
   * before the network sees it; `run`: how many steps there are, their random numbers, and when they end; `data`: of which images.
   */
  group: 'step' | 'rate' | 'images' | 'run' | 'data';
  /** Few runs set it: it stands behind the others in a form. */
  rare?: true;
  /** When it is used: under this condition, or under any of these; absent: always. */
  onlyWith?: Condition | readonly Condition[];
  /** Its flag asks for these values of other choices where it would not be used, and they are not given. */
  implies?: Readonly<Record<string, string>>;
  /** A fork has its parent's value: it continues with the parent's weights, and within the epoch in the parent's order of the images. */
  keptByForks?: true;
  /** Its option on the command line in camel case, where that is not the key. */
  option?: string;
}

export type FieldGroup = CommonDescription['group'];

interface ChoiceDescription extends CommonDescription {
  kind: 'choice';
  /** Labels by value. */
  choices: Readonly<Record<string, string>>;
  default: string;
  /** Of runs that were stored before the field existed. */
  earlier?: string;
  /** Choices that sentences do not mention: they ask for nothing, or another field says them. */
  silent?: readonly string[];
  /** How sentences say the others, with {} for the choice; absent: after the name of the field. */
  phrase?: string;
  /** The labels of the choices are people's names, which keep their capitals within a sentence. */
  choicesAreNames?: true;
}

interface SwitchDescription extends CommonDescription {
  kind: 'switch';
  default: boolean;
  earlier?: boolean;
}

export interface NumberDescription extends CommonDescription {
  kind: 'real' | 'whole';
  bounds: Bounds;
  /** What it counts: one, and several. */
  unit?: readonly [one: string, several: string];
  /** The choice whose value says what it counts: `epochs`. */
  unitOf?: string;
  /** Pixels: at most the shorter side of an image less so many. */
  withinSide?: 0 | 1;
  /** Below 1 a share, from 1 on a whole number. */
  shareOrCount?: true;
  /** It counts nothing, so it is written without separators. */
  plain?: true;
  /** The value that asks for nothing, and its word. */
  off?: { readonly value: number; readonly word: string };
  default: number;
  earlier?: number;
}

export interface OptionalNumberDescription extends Omit<NumberDescription, 'off' | 'default' | 'earlier'> {
  off: { readonly value: null; readonly word: string };
  /** Stands before the value: `first 6,400`. */
  qualifier?: string;
  /** It limits how many of these a data set gives. */
  limits?: 'trainCount' | 'evalCount';
  default: number | null;
  earlier?: number | null;
}

/** Whole numbers, each greater than the one before. */
interface ListDescription extends CommonDescription {
  kind: 'list';
  /** Of each. */
  bounds: Bounds;
  /** As many at most. */
  most: number;
  default: readonly number[];
  earlier?: readonly number[];
}

export type FieldDescription =
  ChoiceDescription | SwitchDescription | NumberDescription | OptionalNumberDescription | ListDescription;

export type ValueOf<D> = D extends { kind: 'choice'; choices: infer C }
  ? keyof C
  : D extends { kind: 'switch' }
    ? boolean
    : D extends { kind: 'list' }
      ? readonly number[]
      : D extends { off: { value: null } }
        ? number | null
        : number;

/** What a format of histories is to those that read them. */
import type { HistoryFormat, HistoryReading } from './history';

export interface HistoryReader {
  format: HistoryFormat;
  /** As the window and the command line call it. */
  title: string;
  /** Whether a text is meant to be of this format: a malformed one is recognised too, so that its faults can be named. */
  recognises(text: string): boolean;
  /** Of a text that is recognised; never throws. */
  read(text: string, tell?: TellShare): HistoryReading;
}

/** Is told now and then which share of a text has been read, from 0 to 1. */
export type TellShare = (share: number) => void;

/** Characters after which the share is told again: a few dozen times in the longest text. */
const TOLD_EACH = 500_000;

/** Tells the share as the reading gets to an offset, seldom enough to cost nothing. */
export function shareTeller(length: number, tell: TellShare | undefined): (offset: number) => void {
  let next = TOLD_EACH;
  return (offset) => {
    if (offset < next) return;
    next = offset + TOLD_EACH;
    tell?.(offset / length);
  };
}

/** What a format of histories is to those that read them. */
import type { HistoryFormat, HistoryReading } from './history';

export interface HistoryReader {
  format: HistoryFormat;
  /** As the window and the command line call it. */
  title: string;
  /** Whether a text is meant to be of this format: a malformed one is recognised too, so that its faults can be named. */
  recognises(text: string): boolean;
  /** Of a text that is recognised; never throws. */
  read(text: string): HistoryReading;
}

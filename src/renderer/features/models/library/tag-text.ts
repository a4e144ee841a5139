/** Tags as they are typed in one field, with commas between. Pure. */
import { checkedTags, foldedTag } from '../../../../shared/saved-architecture';
import type { Result } from '../../../../shared/result';

/** A comma of another script is one as well. */
const COMMA = /[,，、;；]/;

const split = (text: string): string[] =>
  text
    .split(COMMA)
    .map((tag) => tag.trim())
    .filter(Boolean);

export const tagText = (tags: readonly string[]): string => tags.join(', ');

/** The tags of a text, as they are stored, or one sentence on the first that cannot be one. */
export const readTags = (text: string): Result<string[]> => checkedTags(split(text));

export const hasTag = (text: string, tag: string): boolean =>
  split(text).some((one) => foldedTag(one) === foldedTag(tag));

/** The text with the tag, or without it where it was there. */
export function toggledTag(text: string, tag: string): string {
  const tags = split(text);
  const others = tags.filter((one) => foldedTag(one) !== foldedTag(tag));
  return tagText(others.length < tags.length ? others : [...tags, tag]);
}

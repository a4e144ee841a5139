/** The colours of pictures on the page: variables of the picture's element, so that a change of theme draws nothing again. */
import type { Role } from '../../../../architecture/picture/marks';
import { DARK_PICTURE, LIGHT_PICTURE, type PictureColors } from '../../../../architecture/picture/palette';

export const pictureColors = (dark: boolean): PictureColors => (dark ? DARK_PICTURE : LIGHT_PICTURE);

export const colorOf = (role: Role): string => `var(--picture-${role})`;

/** The style of the element around the marks. */
export const pictureVariables = (dark: boolean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(pictureColors(dark)).map(([role, color]) => [`--picture-${role}`, color]),
  );

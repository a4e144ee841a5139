/** Saves a picture as a file of the person's choice. */
import { picturePdf } from '../../../../architecture/picture/pdf';
import type { Picture } from '../../../../architecture/picture/picture';
import { pictureSvg } from '../../../../architecture/picture/svg';
import { fileName } from '../../../../shared/file-name';
import { download, downloadBlob } from '../../../base/download';
import { useSettingsStore } from '../../../base/settings-store';
import { pictureColors } from './colors';
import { pictureUrl } from './paint-picture';
import { usePictureSettings } from './picture-settings';

export function useSavePicture(): (picture: Picture) => void {
  const settings = usePictureSettings();
  const window = useSettingsStore();
  return (picture) => {
    const { format, scale, colors } = settings;
    const palette = pictureColors(colors === 'window' ? window.dark : colors === 'dark');
    const name = fileName(`${picture.title} - ${picture.level}`, format, 'picture');
    if (format === 'png') download(name, pictureUrl(picture, palette, Number(scale)));
    else if (format === 'svg') {
      downloadBlob(name, new Blob([pictureSvg(picture, palette)], { type: 'image/svg+xml' }));
    } else downloadBlob(name, new Blob([picturePdf(picture, palette)], { type: 'application/pdf' }));
  };
}

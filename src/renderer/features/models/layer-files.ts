/** The layer table on the clipboard and in files, as it is shown: its columns in their order, as finely as it is folded. */
import { formatLayers, type LayerFormat } from '../../../architecture/layer-table/formats';
import { fileName } from '../../../shared/file-name';
import { DEFAULT_RECIPE } from '../../../shared/recipe';
import { slotsOf } from '../../../shared/training-memory';
import { copyText } from '../../base/clipboard';
import { downloadBlob } from '../../base/download';
import { useSettingsStore } from '../../base/settings-store';
import type { MenuOption } from '../../ui/MenuButton.vue';
import type { Shown } from './architectures-store';
import type { LayerTimes } from './use-layer-times';
import { chosenColumns } from './layer-columns';

type FileFormat = LayerFormat | 'json';

interface Kind {
  label: string;
  /** As a sentence calls what was copied. */
  name: string;
  extension: string;
  mime: string;
}

const KINDS: Record<FileFormat, Kind> = {
  text: { label: 'Text', name: 'the layers as text', extension: 'txt', mime: 'text/plain' },
  keras: { label: 'Keras text', name: 'the summary as Keras text', extension: 'txt', mime: 'text/plain' },
  markdown: { label: 'Markdown', name: 'the layers as Markdown', extension: 'md', mime: 'text/markdown' },
  csv: { label: 'CSV', name: 'the layers as CSV', extension: 'csv', mime: 'text/csv' },
  tsv: {
    label: 'Table for a spreadsheet (TSV)',
    name: 'the layers for a spreadsheet',
    extension: 'tsv',
    mime: 'text/tab-separated-values',
  },
  latex: {
    label: 'LaTeX (booktabs)',
    name: 'the layers as LaTeX',
    extension: 'tex',
    mime: 'application/x-tex',
  },
  json: { label: 'JSON', name: 'the summary as JSON', extension: 'json', mime: 'application/json' },
};

export const FILE_OPTIONS: MenuOption[] = Object.entries(KINDS).map(([key, { label }]) => ({ key, label }));

/** What copies and saves a network's layers in a format, by its key. */
export function useLayerFiles(
  shown: () => Shown,
  times: Pick<LayerTimes, 'summary' | 'stepMilliseconds'>,
): { copy(key: string): void; save(key: string): void } {
  const settings = useSettingsStore();
  function textOf(format: FileFormat): string {
    const { network } = shown();
    const summary = times.summary.value;
    if (format === 'json')
      return `${JSON.stringify({ name: network.architecture.name, ...summary }, null, 2)}\n`;
    const { layerDetail, layerBatch } = settings.settings;
    return formatLayers(format, {
      network,
      summary,
      columns: chosenColumns(),
      detail: layerDetail === 'list' ? 'layers' : layerDetail,
      batch: layerBatch,
      slots: slotsOf(DEFAULT_RECIPE),
      stepMilliseconds: times.stepMilliseconds.value,
    });
  }
  const kindOf = (key: string): Kind => KINDS[key as FileFormat];
  return {
    copy: (key) => void copyText(textOf(key as FileFormat), kindOf(key).name),
    save(key) {
      const { extension, mime } = kindOf(key);
      const name = fileName(`${shown().architecture.name} layers`, extension, 'layers');
      downloadBlob(name, new Blob([textOf(key as FileFormat)], { type: mime }));
    },
  };
}

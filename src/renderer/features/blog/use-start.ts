/** What is chosen to be trained of the experiment, what that takes, and its start. */
import { computed, ref } from 'vue';
import { estimateOf } from '../../../shared/blog/estimate';
import {
  BLOG_DATASET,
  BLOG_RECIPE,
  blogRequest,
  SHORT_FORM,
  VARIANTS,
  type Variant,
} from '../../../shared/blog/experiment';
import { DATASETS } from '../../../shared/datasets';
import { formatDuration, plural, thousands } from '../../../shared/format';
import { scheduleOf } from '../../../shared/schedule';
import { printedSeconds } from '../../../shared/blog/comparison';
import { useSettingsStore } from '../../base/settings-store';
import { useDatasetsStore } from '../data/datasets-store';
import { useRunsStore } from '../runs/runs-store';
import { useSubmission } from '../runs/submission';

export type VariantChoice = Variant | 'both';
export type Length = 'printed' | 'short';

export function useBlogStart() {
  const runs = useRunsStore();
  const datasets = useDatasetsStore();
  const settings = useSettingsStore();
  const { busy, refusal, submit } = useSubmission();

  const choice = ref<VariantChoice>('plain');
  const length = ref<Length>('printed');
  const variants = computed(() => (choice.value === 'both' ? VARIANTS : [choice.value]));
  const changes = computed(() => (length.value === 'short' ? SHORT_FORM : {}));
  const recipe = computed(() => ({ ...BLOG_RECIPE, ...changes.value }));

  const status = computed(() => datasets.byId[BLOG_DATASET]);
  const ready = computed(() => status.value?.state === 'ready');

  /** `10 epochs of 782 steps, 50,000 training images` */
  const work = computed(() => {
    const { trainCount, stepsPerEpoch } = scheduleOf(recipe.value, DATASETS[BLOG_DATASET].trainCount);
    const each = variants.value.length > 1 ? ', each network' : '';
    return `${plural(recipe.value.epochs, 'epoch')} of ${plural(stepsPerEpoch, 'step')}, ${thousands(trainCount)} training images${each}`;
  });

  /** How long it takes here, in a sentence that says whose pace it goes by. */
  const duration = computed(() => {
    const machine = settings.info?.machine;
    const each = variants.value.map((variant) =>
      machine ? estimateOf(variant, recipe.value, runs.list, machine) : null,
    );
    const [first] = each;
    if (!first || each.includes(null)) {
      const { total } = printedSeconds();
      const hint = length.value === 'printed' ? ' The short form measures it within a minute or a few.' : '';
      return `Not known yet: nothing of the experiment has been trained on this processor. The printed run took ${formatDuration(total)} on the blog’s machine.${hint}`;
    }
    const seconds = each.reduce((sum, estimate) => sum + estimate!.seconds, 0);
    return `About ${formatDuration(seconds)}, at the pace of run ${first.by.id} on this processor.`;
  });

  /** The runs that were put into the queue. */
  async function start(): Promise<void> {
    await submit(async () => {
      for (const variant of variants.value) await runs.start(blogRequest(variant, changes.value));
    });
  }

  return { choice, length, status, ready, work, duration, busy, refusal, start };
}

/** How curves are shown; kept while the window lives, so that going from run to run changes nothing. */
import { ref } from 'vue';
import type { XAxis } from '../charts/series';

export const runAxis = ref<XAxis>('step');
export const lossLogarithmic = ref(false);
/** `crossEntropy`: without the L2 term. */
export const lossKind = ref<'loss' | 'crossEntropy'>('loss');

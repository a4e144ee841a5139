/** Learning-rate range tests: one at a time in a process of its own, while no run is trained. Nothing is stored. */
import type { ProcessHost } from '../../node/processes/process-host';
import type { DatasetId } from '../../shared/dataset';
import { capitalized } from '../../shared/format';
import {
  rangeObstacle,
  rangeProblems,
  rangeRecipe,
  type RangePoint,
  type RangeRequest,
  type RangeResult,
} from '../../shared/range-test';
import { asResult, fail, ok, type Result } from '../../shared/result';
import type { FromRangeTester, ToRangeTester } from '../../shared/training-messages';
import type { RunStore } from '../db/stores/runs';
import { askTrainer, type Asked } from './ask-trainer';
import type { RunRegistry } from './registry';
import type { RunRequests } from './run-requests';

export interface RangeTestsOptions {
  runs: Pick<RunStore, 'list'>;
  registry: Pick<RunRegistry, 'emit'>;
  requests: Pick<RunRequests, 'check'>;
  datasets: { folder(id: DatasetId): string | null };
  host: ProcessHost;
}

export class RangeTests {
  private underWay: Asked<RangeResult> | null = null;
  private closing = false;

  constructor(private readonly options: RangeTestsOptions) {}

  /** Resolves once the test has ended. Progress is reported as `ranging`. */
  async take(request: RangeRequest): Promise<Result<RangeResult>> {
    const checked = asResult(() => this.check(request));
    if (!checked.ok) return checked;
    this.underWay = this.ask(request);
    try {
      return await this.underWay.answer;
    } finally {
      this.underWay = null;
    }
  }

  /** Gives the test up. */
  cancel(): Result<void> {
    this.giveUp('The range test was cancelled.');
    return ok();
  }

  close(): void {
    this.closing = true;
    this.giveUp('Resbench is being closed.');
  }

  private giveUp(sentence: string): void {
    this.underWay?.give(fail('cancelled', sentence));
  }

  private check({ range, ...request }: RangeRequest): Result<unknown> {
    const { runs, requests } = this.options;
    if (this.closing) return fail('conflict', 'Resbench is being closed and takes no more range tests.');
    if (this.underWay) {
      return fail('conflict', 'Another range test is under way: wait for it, or cancel it.');
    }
    const obstacle = rangeObstacle(runs.list());
    if (obstacle !== null) return fail('conflict', obstacle);
    const problems = Object.values(rangeProblems(range));
    if (problems[0] !== undefined) return fail('invalid-input', problems[0], problems);
    return requests.check({ ...request, name: '', recipe: rangeRecipe(request.recipe) });
  }

  private ask({ architecture, datasetId, recipe, device = 'auto', range }: RangeRequest): Asked<RangeResult> {
    const { registry, datasets, host } = this.options;
    const points: RangePoint[] = [];
    return askTrainer<ToRangeTester, FromRangeTester, RangeResult>(host, {
      ended: (how, said) =>
        `The process of the range test ended without a result (${how})${said}. Try again, perhaps with a smaller batch size.`,
      ask: {
        type: 'range',
        job: {
          architecture,
          recipe: rangeRecipe(recipe),
          dataset: { id: datasetId, folder: datasets.folder(datasetId) },
          threads: null,
          device,
          range,
        },
      },
      hear: (message) => {
        switch (message.type) {
          case 'phase': {
            const { phase, fraction } = message;
            return registry.emit('ranging', { stage: capitalized(phase), fraction, points: [] });
          }
          case 'points': {
            points.push(...message.points);
            const fraction = points.length / range.steps;
            return registry.emit('ranging', { stage: 'Training', fraction, points: message.points });
          }
          case 'notice':
            return registry.emit('notice', { kind: 'info', message: message.message });
          case 'ranged':
            return ok({ points, end: message.end });
        }
      },
    });
  }
}

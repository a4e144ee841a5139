/**
 * How the database grew. A migration that has shipped is frozen: change the schema by adding the next one. Each runs in
 * one transaction with its `user_version`, so a database is always at exactly one version. Foreign keys are off meanwhile
 * and checked before the commit (migrate.ts), so that a table may be dropped and rewritten without its rows' children
 * going with it.
 */
import { initial } from './0001-initial';
import { plan } from './0002-plan';
import { queueAndCheckpoints } from './0003-queue-and-checkpoints';
import { sums } from './0004-sums';
import { parentImages } from './0005-parent-images';
import { gaps } from './0006-gaps';
import { imports } from './0007-imports';
import { predictions } from './0008-predictions';
import { library } from './0009-library';
import { questions } from './0010-questions';
import { learningRates } from './0011-learning-rates';
import { tests } from './0012-tests';
import { averagesAndNorms } from './0013-averages-and-norms';
import { testViews } from './0014-test-views';
import { recipes } from './0015-recipes';
import type { Migration } from './migration';

export const MIGRATIONS: readonly Migration[] = [
  initial,
  plan,
  queueAndCheckpoints,
  sums,
  parentImages,
  gaps,
  imports,
  predictions,
  library,
  questions,
  learningRates,
  tests,
  averagesAndNorms,
  testViews,
  recipes,
];

import type { Command } from 'commander';
import { findPreset } from '../../../architecture/presets';
import { DEFAULT_RECIPE } from '../../../shared/recipe';
import { DEVICES, type DeviceChoice } from '../../../shared/run';
import { type CommonOptions, type Context, typed } from '../../terminal/context';
import { DEVICE_HELP, oneOf } from '../../flags/values';

/** Two minutes, of which TensorFlow's start and the last validation want their share. */
const BUDGET_SECONDS = 105;
/**
 * 100 steps of 64 images per epoch: with two cores at 0.1 to 0.15 s a step five epochs take about a minute. A slower
 * machine is stopped at the limit and keeps what it has.
 */
const TRAIN_IMAGES = 6400;
const EVAL_IMAGES = 1024;
const EPOCHS = 5;
/**
 * The moving statistics that validation uses start at nought; with the usual 0.99 they would need far more steps than
 * these to catch up, and validation would read like guessing.
 */
const BN_MOMENTUM = 0.9;

export function addQuickstart(program: Command, context: Context): void {
  program
    .command('quickstart')
    .description('train ResNet-18 on the embedded images for at most two minutes')
    .option('--device <name>', DEVICE_HELP, oneOf('--device', DEVICES), 'auto')
    .option('--explain', 'show how each convolution is computed, and how long what was tried took')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON value per line on stdout while training')
    .action(async (options: CommonOptions & { device: DeviceChoice; explain?: boolean }) => {
      const preset = findPreset('resnet18');
      if (!preset) throw new Error('the preset resnet18 is missing');
      const { trainAndShow } = await import('../../training/training');
      const { output } = context;
      output.lines([
        output.style.bold('Quick start: ResNet-18 learns ten kinds of drawn shapes.'),
        'It takes two minutes at most; Ctrl-C stops it, and what was measured is kept.',
        '',
      ]);
      const request = {
        name: 'Quick start',
        architecture: { ...preset.architecture, bnMomentum: BN_MOMENTUM },
        datasetId: 'shapes' as const,
        // Nothing is chosen by its validation, so the test set can be it: nothing else need be drawn.
        recipe: {
          ...DEFAULT_RECIPE,
          epochs: EPOCHS,
          validationSplit: 0,
          limitTrain: TRAIN_IMAGES,
          limitEval: EVAL_IMAGES,
        },
        device: options.device,
      };
      // Whoever wants a quick start waits for no other run.
      await trainAndShow(context, options, ({ control }) => control.start(request, { now: true }), {
        budgetSeconds: BUDGET_SECONDS,
        explain: options.explain,
      });
      output.lines([
        '',
        'Go on with:',
        `  ${typed('train resnet50 --dataset shapes --epochs 3', options)}`,
        `  ${typed('data get cifar10', options)}`,
        `  ${typed('train resnet18 --dataset cifar10', options)}`,
        `  ${typed('runs list', options)}`,
        'On a machine with a display, npm start opens the window with the same runs.',
      ]);
    });
}

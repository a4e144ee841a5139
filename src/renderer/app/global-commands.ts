/** The commands that can be given in every view. */
import { useRouter } from 'vue-router';
import type { Theme } from '../../shared/settings';
import { attempt } from '../base/api';
import { newestUndo } from '../base/notices';
import { useSettingsStore } from '../base/settings-store';
import { useArchitecturesStore } from '../features/models/architectures-store';
import { useImportStore } from '../features/runs/import-store';
import { useNewRunStore } from '../features/runs/new-run-store';
import { useRecipeDialogs } from '../features/runs/recipe-dialogs';
import { useCommands, type BoundCommand } from '../ui/commands-store';
import { takeAction } from './notice-action';
import { usePaletteStore } from './palette-store';
import { SECTIONS, SETTINGS } from './sections';

export function useGlobalCommands(): void {
  const router = useRouter();
  const settings = useSettingsStore();
  const architectures = useArchitecturesStore();
  const newRun = useNewRunStore();
  const imports = useImportStore();
  const recipes = useRecipeDialogs();
  const palette = usePaletteStore();

  /** In Models a new run is one of what is under the editor's hands. */
  function openNewRun(): void {
    const isInModels = router.currentRoute.value.name === 'models';
    const architecture = isInModels ? architectures.evaluation.architecture : null;
    newRun.open(architecture ? { architecture } : {});
  }
  const themeCommand = (theme: Theme): BoundCommand => ({
    id: `theme.${theme}`,
    refusal: () => (settings.settings.theme === theme ? 'This is the theme now.' : null),
    run: () => settings.set({ theme }),
  });

  /** What was done last: a step of the editor where that is in front, or what a notice still offers to take back. */
  function undoCommand(): BoundCommand[] {
    const notice = newestUndo.value;
    const step = router.currentRoute.value.name === 'models' ? architectures.undoName : null;
    if (step !== null && architectures.lastStepAt > (notice?.at ?? 0)) {
      return [{ id: 'undo', title: `Undo: ${step}`, run: architectures.undo }];
    }
    if (!notice) return [];
    return [{ id: 'undo', title: `Undo: ${notice.message}`, run: () => takeAction(notice) }];
  }

  useCommands(() => [
    { id: 'palette.open', run: () => (palette.isOpen = true) },
    { id: 'shortcuts.open', run: () => (palette.isHelpOpen = true) },
    { id: 'start.open', run: () => router.push('/start') },
    { id: 'blog.open', run: () => router.push('/blog') },
    { id: 'run.new', run: openNewRun },
    { id: 'run.import', run: () => imports.open() },
    { id: 'recipes.open', run: () => recipes.open() },
    ...undoCommand(),
    ...(['system', 'dark', 'light'] as const).map(themeCommand),
    { id: 'data.folder', run: () => attempt('app.openHome') },
    ...[...SECTIONS, SETTINGS].map(({ command, id, path }) => ({
      id: command,
      // Models comes back to the architecture last looked at.
      run: () => router.push(id === 'models' ? architectures.path : path),
    })),
  ]);
}

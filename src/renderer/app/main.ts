import '../base/no-evaluation';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { on, report } from '../base/api';
import { showNotice } from '../base/notices';
import { usePaletteStore } from './palette-store';
import { router } from './router';
import { firstView } from './first-view';
import { useRunsStore } from '../features/runs/runs-store';
import { useArchitecturesStore } from '../features/models/architectures-store';
import { useSettingsStore } from '../base/settings-store';
import './styles.css';
import { applyPalette } from '../base/theme';

const app = createApp(App);
app.use(createPinia());
app.config.errorHandler = (error) => report(error);
window.addEventListener('unhandledrejection', (event) => report(event.reason));

on('app.notice', ({ kind, message }) =>
  showNotice({ kind, message, timeout: kind === 'error' ? null : 6000 }),
);
on('run.open', ({ id }) => void router.push({ name: 'run', params: { id } }));

async function start(): Promise<void> {
  const settings = useSettingsStore();
  try {
    await settings.load();
  } catch (error) {
    // The window still works on presets, and says why nothing else does.
    report(error);
  }
  applyPalette(settings.dark);
  usePaletteStore().load();
  await useArchitecturesStore().load();

  const view = await firstView(settings.settings.view, router, useRunsStore());
  // Mounting would navigate to the address of the page first; the view to begin with replaces it.
  await router.replace(view);
  app.use(router);
  app.mount('#app');
}

void start();

import { createRouter, createWebHashHistory } from 'vue-router';
import BlogView from '../views/BlogView.vue';
import CompareView from '../views/CompareView.vue';
import DatasetView from '../views/DatasetView.vue';
import DataView from '../views/DataView.vue';
import ModelCompareView from '../views/ModelCompareView.vue';
import ModelsView from '../views/ModelsView.vue';
import RunView from '../views/RunView.vue';
import RunsView from '../views/RunsView.vue';
import SettingsView from '../views/SettingsView.vue';
import StartView from '../views/StartView.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** Window title and what a screen reader hears on arrival. */
    title: string;
    /** Entry of the navigation that is current there. */
    section: 'start' | 'models' | 'runs' | 'compare' | 'data' | 'settings';
  }
}

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/models' },
    { path: '/start', name: 'start', component: StartView, meta: { title: 'Start', section: 'start' } },
    {
      path: '/blog',
      name: 'blog',
      component: BlogView,
      meta: { title: 'The blog’s experiment', section: 'start' },
    },
    {
      path: '/models/:key?',
      name: 'models',
      component: ModelsView,
      meta: { title: 'Models', section: 'models' },
    },
    {
      path: '/models/compare/:before/:after',
      name: 'compare models',
      component: ModelCompareView,
      meta: { title: 'Compare models', section: 'models' },
    },
    { path: '/runs', name: 'runs', component: RunsView, meta: { title: 'Runs', section: 'runs' } },
    { path: '/runs/:id(\\d+)', name: 'run', component: RunView, meta: { title: 'Run', section: 'runs' } },
    {
      path: '/compare',
      name: 'compare',
      component: CompareView,
      meta: { title: 'Compare', section: 'compare' },
    },
    { path: '/data', name: 'data', component: DataView, meta: { title: 'Data', section: 'data' } },
    {
      path: '/data/:id',
      name: 'images',
      component: DatasetView,
      meta: { title: 'Images', section: 'data' },
    },
    {
      path: '/settings',
      name: 'settings',
      component: SettingsView,
      meta: { title: 'Settings', section: 'settings' },
    },
    { path: '/:rest(.*)*', redirect: '/models' },
  ],
});

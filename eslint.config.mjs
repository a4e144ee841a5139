import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Folder = process or pure (docs/ARCHITECTURE.md): what a folder may not import, with the reason a person is told. */
const worlds = [
  {
    files: ['src/architecture/**'],
    not: [
      'electron',
      'node:*',
      '@tensorflow/*',
      'vue',
      '**/shared/**',
      '**/node/**',
      '**/main/**',
      '**/trainer/**',
      '**/cli/**',
      '**/renderer/**',
    ],
    why: 'src/architecture is pure: block table, network and summary run anywhere.',
  },
  {
    files: ['src/shared/**'],
    not: [
      'electron',
      'node:*',
      '@tensorflow/*',
      'vue',
      '**/node/**',
      '**/main/**',
      '**/trainer/**',
      '**/cli/**',
      '**/renderer/**',
    ],
    why: 'src/shared is pure: every process imports it.',
  },
  {
    files: ['src/node/**'],
    not: [
      'electron',
      '@tensorflow/*',
      'better-sqlite3',
      'vue',
      '**/main/**',
      '**/trainer/**',
      '**/cli/**',
      '**/renderer/**',
    ],
    why: 'src/node is for Node-side helpers that main, trainer and cli share.',
  },
  {
    files: ['src/trainer/**'],
    not: ['electron', 'better-sqlite3', 'vue', '**/main/**', '**/cli/**', '**/renderer/**'],
    why: 'The trainer computes; it knows neither window nor database.',
  },
  {
    files: ['src/main/**'],
    not: ['@tensorflow/*', 'vue', '**/trainer/**', '**/cli/**', '**/renderer/**'],
    why: 'Main never computes: it reaches the trainer only by its entry path.',
  },
  {
    files: ['src/main/{db,runs,queue,checkpoints,datasets}/**', 'src/main/services.ts'],
    not: ['electron', '@tensorflow/*', 'vue', '**/trainer/**', '**/cli/**', '**/renderer/**'],
    why: 'The command line uses these services without Electron.',
  },
  {
    files: ['src/cli/**'],
    not: [
      'electron',
      '@tensorflow/*',
      'better-sqlite3',
      'vue',
      '**/trainer/**',
      '**/renderer/**',
      '**/main/ipc/**',
      '**/main/window*',
      '**/main/index*',
    ],
    why: 'The command line uses the services of main, without a window.',
  },
  {
    files: ['src/preload/**'],
    not: [
      'node:*',
      '@tensorflow/*',
      'better-sqlite3',
      'vue',
      '**/node/**',
      '**/main/**',
      '**/trainer/**',
      '**/cli/**',
      '**/renderer/**',
    ],
    why: 'The preload is sandboxed and built from the contract alone.',
  },
  {
    files: ['src/renderer/**'],
    not: [
      'electron',
      'node:*',
      '@tensorflow/*',
      'better-sqlite3',
      '**/node/**',
      '**/main/**',
      '**/trainer/**',
      '**/cli/**',
      '**/preload/**',
    ],
    why: 'The renderer reaches the rest only through window.api.',
  },
];

export default tseslint.config(
  { ignores: ['out/', 'node_modules/', 'test-results/', 'docs/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  { languageOptions: { globals: { ...globals.node } } },
  { files: ['src/renderer/**'], languageOptions: { globals: { ...globals.browser } } },
  { files: ['resources/**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      'no-console': 'off',
      // Empty listeners say that nothing needs doing; the comment beside them says why.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  ...worlds.map(({ files, not, why }) => ({
    files,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: not.map((group) => ({ group: [group], message: why })) },
      ],
    },
  })),
  {
    files: ['src/**'],
    ignores: ['src/renderer/base/api.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'window', property: 'api', message: 'Only src/renderer/base/api.ts touches window.api.' },
      ],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  prettier,
);

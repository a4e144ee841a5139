/**
 * What the window can be told to do, each thing once: its words, its keys and where these work. Shortcuts, palette, list of
 * shortcuts, hints of buttons and the application menu all follow from this table; what a command does is bound to it by
 * whoever can do it (src/renderer/ui/commands-store.ts). Pure.
 */

/** Where keys work, and within what: a key may not mean two things in a place and what is within it. */
export const PLACES = {
  everywhere: { label: 'Everywhere', within: [] },
  models: { label: 'In Models', within: ['everywhere'] },
  text: { label: 'In the text of a model', within: ['models', 'everywhere'] },
  card: { label: 'On the card of a stage', within: ['models', 'everywhere'] },
  modelList: { label: 'In the list of models', within: ['models', 'everywhere'] },
  runs: { label: 'In Runs', within: ['everywhere'] },
  table: { label: 'On a row of the table of runs', within: ['runs', 'everywhere'] },
  queue: { label: 'On a row of the queue', within: ['runs', 'everywhere'] },
  run: { label: 'On the page of a run', within: ['everywhere'] },
  chart: { label: 'On a chart', within: ['run', 'everywhere'] },
  field: { label: 'In a field for a whole number', within: ['models', 'run', 'runs', 'everywhere'] },
} as const satisfies Record<string, { label: string; within: readonly string[] }>;
export type Place = keyof typeof PLACES;

/** In the order of the list of shortcuts. */
export const COMMAND_SECTIONS = [
  'General',
  'Go to',
  'Models',
  'Runs',
  'Table of runs',
  'Queue',
  'Run',
  'Charts',
  'Fields',
  'Window',
] as const;
export type CommandSection = (typeof COMMAND_SECTIONS)[number];

export interface CommandDescription {
  title: string;
  section: CommandSection;
  place: Place;
  /** Each does the same; hints name the first. */
  keys?: readonly string[];
  /** Other words by which it is looked for. */
  keywords?: string;
  /** Whoever has the focus takes the key itself, or the menu does: it is listed, and nobody else acts on it. */
  listedOnly?: true;
  /** A text field has its own meaning for the keys. */
  notInText?: true;
}

export const COMMANDS = {
  'palette.open': {
    title: 'Search commands, runs and models',
    section: 'General',
    place: 'everywhere',
    keys: ['Mod+K'],
    keywords: 'command palette find open',
  },
  'shortcuts.open': {
    title: 'Show keyboard shortcuts',
    section: 'General',
    place: 'everywhere',
    keys: ['F1', '?'],
    keywords: 'help keys',
  },
  'start.open': {
    title: 'Show the start page',
    section: 'General',
    place: 'everywhere',
    keywords: 'welcome example help first steps',
  },
  'blog.open': {
    title: 'Open the blog’s experiment',
    section: 'General',
    place: 'everywhere',
    keywords: 'reproduce printed cifar-10 keras resnet-18 first steps',
  },
  'run.new': {
    title: 'New run…',
    section: 'General',
    place: 'everywhere',
    keys: ['Mod+N'],
    keywords: 'train start',
  },
  'run.import': {
    title: 'Import histories…',
    section: 'General',
    place: 'everywhere',
    keywords: 'run keras log csv lightning csvlogger open paste',
  },
  'recipes.open': {
    title: 'Recipes…',
    section: 'General',
    place: 'everywhere',
    keywords: 'library named saved versions compare optimizer schedule augmentation',
  },
  undo: {
    title: 'Undo the last change, deletion or revert',
    section: 'General',
    place: 'everywhere',
    keys: ['Mod+Z'],
    notInText: true,
  },
  'theme.system': {
    title: 'Theme as the system',
    section: 'General',
    place: 'everywhere',
    keywords: 'colours',
  },
  'theme.dark': { title: 'Dark theme', section: 'General', place: 'everywhere', keywords: 'colours night' },
  'theme.light': { title: 'Light theme', section: 'General', place: 'everywhere', keywords: 'colours day' },
  'data.folder': {
    title: 'Open the data folder',
    section: 'General',
    place: 'everywhere',
    keywords: 'database files',
  },

  'go.models': { title: 'Go to Models', section: 'Go to', place: 'everywhere', keys: ['Mod+1'] },
  'go.runs': { title: 'Go to Runs', section: 'Go to', place: 'everywhere', keys: ['Mod+2'] },
  'go.compare': { title: 'Go to Compare', section: 'Go to', place: 'everywhere', keys: ['Mod+3'] },
  'go.data': { title: 'Go to Data', section: 'Go to', place: 'everywhere', keys: ['Mod+4'] },
  'go.settings': {
    title: 'Go to Settings',
    section: 'Go to',
    place: 'everywhere',
    keys: ['Mod+,', 'Mod+5'],
    keywords: 'preferences options',
  },

  'model.train': { title: 'Train this architecture…', section: 'Models', place: 'models', keywords: 'run' },
  'model.save': { title: 'Save the architecture', section: 'Models', place: 'models', keys: ['Mod+S'] },
  'model.saveAs': {
    title: 'Save the architecture as…',
    section: 'Models',
    place: 'models',
    keys: ['Mod+Shift+S'],
  },
  'model.saveNote': {
    title: 'Save the architecture with a note…',
    section: 'Models',
    place: 'models',
    keys: ['Mod+Alt+S'],
    keywords: 'version comment',
  },
  'model.versions': {
    title: 'Versions of the architecture…',
    section: 'Models',
    place: 'models',
    keywords: 'history restore earlier',
  },
  'model.compare': {
    title: 'Compare the architecture with…',
    section: 'Models',
    place: 'models',
    keywords: 'difference diff picture',
  },
  'model.details': {
    title: 'Tags and notes of the architecture…',
    section: 'Models',
    place: 'models',
    keywords: 'star label describe',
  },
  'model.python': {
    title: 'Copy the architecture as Python',
    section: 'Models',
    place: 'models',
    keywords: 'block table list clipboard',
  },
  'model.json': {
    title: 'Copy the architecture as JSON',
    section: 'Models',
    place: 'models',
    keywords: 'clipboard',
  },
  'model.export': {
    title: 'Export the architecture as JSON…',
    section: 'Models',
    place: 'models',
    keywords: 'save file',
  },
  'model.import': {
    title: 'Import architectures…',
    section: 'Models',
    place: 'models',
    keywords: 'open json file load',
  },
  'model.revert': {
    title: 'Revert the architecture',
    section: 'Models',
    place: 'models',
    keywords: 'discard changes',
  },
  'model.redo': {
    title: 'Redo the last change that was undone',
    section: 'Models',
    place: 'models',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    notInText: true,
  },
  'model.takeAllBack': {
    title: 'Take back all changes of the architecture',
    section: 'Models',
    place: 'models',
    keywords: 'reset preset saved',
  },
  'model.new': { title: 'New architecture', section: 'Models', place: 'models', keywords: 'copy' },
  'model.side': {
    title: 'Switch between design and JSON',
    section: 'Models',
    place: 'models',
    keys: ['Mod+J'],
  },
  'model.filter': { title: 'Filter the list of models', section: 'Models', place: 'models', keys: ['Mod+F'] },
  'model.step': {
    title: 'Previous and next model',
    section: 'Models',
    place: 'modelList',
    keys: ['ArrowUp', 'ArrowDown'],
    listedOnly: true,
  },

  'text.mistake': {
    title: 'Next and previous mistake',
    section: 'Models',
    place: 'text',
    keys: ['F8', 'Shift+F8'],
    listedOnly: true,
  },
  'text.mend': {
    title: 'Mend the mistake at the caret',
    section: 'Models',
    place: 'text',
    keys: ['Mod+.'],
    listedOnly: true,
  },

  'stage.move': {
    title: 'Move the stage up and down, or the convolution to the left and right',
    section: 'Models',
    place: 'card',
    keys: ['Alt+ArrowUp', 'Alt+ArrowDown', 'Alt+ArrowLeft', 'Alt+ArrowRight'],
    listedOnly: true,
  },
  'stage.step': {
    title: 'One more and one less',
    section: 'Models',
    place: 'card',
    keys: ['ArrowUp', 'ArrowDown'],
    listedOnly: true,
  },
  'stage.double': {
    title: 'Double or halve the filters',
    section: 'Models',
    place: 'card',
    keys: ['Shift+ArrowUp', 'Shift+ArrowDown'],
    listedOnly: true,
  },

  'runs.filter': { title: 'Filter the table of runs', section: 'Runs', place: 'runs', keys: ['Mod+F'] },
  'table.step': {
    title: 'Previous and next run',
    section: 'Table of runs',
    place: 'table',
    keys: ['ArrowUp', 'ArrowDown'],
    listedOnly: true,
  },
  'table.page': {
    title: 'A page up and down',
    section: 'Table of runs',
    place: 'table',
    keys: ['PageUp', 'PageDown'],
    listedOnly: true,
  },
  'table.ends': {
    title: 'First and last run',
    section: 'Table of runs',
    place: 'table',
    keys: ['Home', 'End'],
    listedOnly: true,
  },
  'table.open': {
    title: 'Open the run',
    section: 'Table of runs',
    place: 'table',
    keys: ['Enter'],
    listedOnly: true,
  },
  'table.tick': {
    title: 'Select the run for Compare',
    section: 'Table of runs',
    place: 'table',
    keys: [' '],
    listedOnly: true,
  },
  'table.pause': {
    title: 'Pause or resume the run',
    section: 'Table of runs',
    place: 'table',
    keys: ['P'],
    listedOnly: true,
  },
  'table.rename': {
    title: 'Rename the run',
    section: 'Table of runs',
    place: 'table',
    keys: ['F2'],
    listedOnly: true,
  },
  'table.delete': {
    title: 'Delete the run',
    section: 'Table of runs',
    place: 'table',
    keys: ['Delete'],
    listedOnly: true,
  },
  'table.moveColumn': {
    title: 'Move the column of the focused header',
    section: 'Table of runs',
    place: 'table',
    keys: ['Alt+ArrowLeft', 'Alt+ArrowRight'],
    listedOnly: true,
  },
  'table.sizeColumn': {
    title: 'Change the width of the column of the focused header',
    section: 'Table of runs',
    place: 'table',
    keys: ['Shift+ArrowLeft', 'Shift+ArrowRight'],
    listedOnly: true,
  },
  'queue.step': {
    title: 'Previous and next run',
    section: 'Queue',
    place: 'queue',
    keys: ['ArrowUp', 'ArrowDown'],
    listedOnly: true,
  },
  'queue.move': {
    title: 'Move the run up and down',
    section: 'Queue',
    place: 'queue',
    keys: ['Alt+ArrowUp', 'Alt+ArrowDown'],
    listedOnly: true,
  },
  'queue.open': {
    title: 'Open the run',
    section: 'Queue',
    place: 'queue',
    keys: ['Enter'],
    listedOnly: true,
  },
  'queue.next': { title: 'Run it next', section: 'Queue', place: 'queue', keys: ['N'], listedOnly: true },
  'queue.hold': {
    title: 'Hold or release the run',
    section: 'Queue',
    place: 'queue',
    keys: ['H'],
    listedOnly: true,
  },
  'queue.remove': {
    title: 'Remove the run from the queue',
    section: 'Queue',
    place: 'queue',
    keys: ['Delete'],
    listedOnly: true,
  },

  'run.pause': {
    title: 'Pause or resume the run',
    section: 'Run',
    place: 'run',
    keys: ['P'],
    keywords: 'continue',
  },
  'run.stop': { title: 'Stop the run', section: 'Run', place: 'run', keywords: 'end' },
  'run.next': { title: 'Run it next', section: 'Run', place: 'run', keywords: 'queue front' },
  'run.compare': { title: 'Compare the run', section: 'Run', place: 'run', keywords: 'tick' },
  'run.fork': { title: 'Fork the run…', section: 'Run', place: 'run', keywords: 'checkpoint new' },
  'run.extend': { title: 'Add epochs to the run…', section: 'Run', place: 'run', keywords: 'more longer' },
  'run.again': { title: 'Start the run again…', section: 'Run', place: 'run', keywords: 'repeat new' },
  'run.recipe': {
    title: 'Save the recipe of the run…',
    section: 'Run',
    place: 'run',
    keywords: 'keep name library',
  },
  'run.log': { title: 'Open the run’s log', section: 'Run', place: 'run', keywords: 'stderr output' },
  'run.json': { title: 'Export the run as JSON…', section: 'Run', place: 'run', keywords: 'save' },
  'run.csv': { title: 'Export the run as CSV…', section: 'Run', place: 'run', keywords: 'save table' },
  'run.delete': { title: 'Delete the run', section: 'Run', place: 'run', keywords: 'remove' },

  'chart.zoomIn': { title: 'Zoom in', section: 'Charts', place: 'chart', keys: ['+'], listedOnly: true },
  'chart.zoomOut': { title: 'Zoom out', section: 'Charts', place: 'chart', keys: ['-'], listedOnly: true },
  'chart.pan': {
    title: 'Move to the left and right',
    section: 'Charts',
    place: 'chart',
    keys: ['ArrowLeft', 'ArrowRight'],
    listedOnly: true,
  },
  'chart.all': {
    title: 'Show all',
    section: 'Charts',
    place: 'chart',
    keys: ['0', 'Escape'],
    listedOnly: true,
  },

  'field.step': {
    title: 'One more and one less',
    section: 'Fields',
    place: 'field',
    keys: ['ArrowUp', 'ArrowDown'],
    listedOnly: true,
  },
  'field.ten': {
    title: 'Ten more and ten less',
    section: 'Fields',
    place: 'field',
    keys: ['Shift+ArrowUp', 'Shift+ArrowDown'],
    listedOnly: true,
  },

  'window.larger': {
    title: 'Make everything larger',
    section: 'Window',
    place: 'everywhere',
    keys: ['Mod++'],
    listedOnly: true,
  },
  'window.smaller': {
    title: 'Make everything smaller',
    section: 'Window',
    place: 'everywhere',
    keys: ['Mod+-'],
    listedOnly: true,
  },
  'window.actual': {
    title: 'Actual size',
    section: 'Window',
    place: 'everywhere',
    keys: ['Mod+0'],
    listedOnly: true,
  },
} as const satisfies Record<string, CommandDescription>;

export type CommandId = keyof typeof COMMANDS;
export const COMMAND_IDS = Object.keys(COMMANDS) as CommandId[];

/** The description of a command, whichever it is. */
export const commandOf = (id: CommandId): CommandDescription => COMMANDS[id];

/** What the application menu has of it, by menu; the page does it. */
export const MENU_COMMANDS = {
  file: ['run.new', 'run.import', 'data.folder', 'go.settings'],
  go: ['palette.open', 'go.models', 'go.runs', 'go.compare', 'go.data'],
  help: ['start.open', 'blog.open', 'shortcuts.open'],
} as const satisfies Record<string, readonly CommandId[]>;

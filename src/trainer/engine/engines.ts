/** The engines by name. Each is loaded when it is asked for: TensorFlow reads its environment as it loads. */
import { ENGINE_NAMES, type EngineName } from '../../shared/training-messages';
import { expected } from '../../shared/result';
import type { CreateEngine } from './engine';

/** What trains where nobody says otherwise; RESBENCH_ENGINE says otherwise, for tests and for whoever hunts a difference. */
export function defaultEngine(env: NodeJS.ProcessEnv = process.env): EngineName {
  const name = env.RESBENCH_ENGINE;
  if (!name) return 'graph';
  if ((ENGINE_NAMES as readonly string[]).includes(name)) return name as EngineName;
  throw expected(
    'invalid-input',
    `RESBENCH_ENGINE is ${JSON.stringify(name)}: it can be ${ENGINE_NAMES.join(' or ')}; unset it for the default.`,
  );
}

export async function loadEngine(name: EngineName = defaultEngine()): Promise<CreateEngine> {
  switch (name) {
    case 'layers':
      return (await import('./layers-engine')).createEngine;
    case 'graph':
      return (await import('./graph/graph-engine')).createEngine;
  }
}

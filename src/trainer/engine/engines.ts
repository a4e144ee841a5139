/** The engines by name. Each is loaded when it is asked for: TensorFlow reads its environment as it loads. */
import type { EngineName } from '../../shared/training-messages';
import { expected } from '../../shared/result';
import type { CreateEngine } from './engine';

/** What trains where nobody says otherwise. */
export const DEFAULT_ENGINE: EngineName = 'layers';

export async function loadEngine(name: EngineName = DEFAULT_ENGINE): Promise<CreateEngine> {
  switch (name) {
    case 'layers':
      return (await import('./layers-engine')).createEngine;
    case 'graph':
      throw expected('unsupported', 'This version of Resbench has no engine "graph": leave --engine out.');
  }
}

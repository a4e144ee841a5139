/** An architecture that the user has saved. */
import type { Architecture } from '../architecture/architecture';

export interface SavedArchitecture {
  id: number;
  architecture: Architecture;
  updatedAt: number;
}

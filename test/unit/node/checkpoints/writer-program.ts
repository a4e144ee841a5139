import { join } from 'node:path';
import { bundle } from '../bundle';

export const bundleWriter = (folder: string): Promise<string> => bundle(join(__dirname, 'writer.ts'), folder);

export const WRITER_ENV = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };

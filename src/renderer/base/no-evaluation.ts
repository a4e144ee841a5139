/** Imported before anything that has a schema: zod tries whether it may evaluate text, which our policy refuses and reports. */
import { config } from 'zod';

config({ jitless: true });

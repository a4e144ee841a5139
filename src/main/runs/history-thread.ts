/** The thread beside main that reads one long history: it is given the text as it starts, says what it has read, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { readHistory } from '../../shared/histories/read';

parentPort!.postMessage(readHistory(workerData as string));

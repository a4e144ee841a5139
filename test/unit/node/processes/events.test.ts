import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../../src/node/processes/events';

type Events = { count: number; name: string };

describe('an emitter', () => {
  it('calls the listeners of the event and no others', () => {
    const emitter = new Emitter<Events>();
    const heard: unknown[] = [];
    emitter.on('count', (count) => heard.push(count));
    emitter.on('name', (name) => heard.push(name));
    emitter.emit('count', 3);
    expect(heard).toEqual([3]);
  });

  it('ends one subscription and leaves the others', () => {
    const emitter = new Emitter<Events>();
    const heard: number[] = [];
    const listener = (count: number): void => void heard.push(count);
    const end = emitter.on('count', listener);
    emitter.on('count', listener);
    end();
    end();
    emitter.emit('count', 1);
    expect(heard).toEqual([1]);
  });

  it('calls everybody who listened when the event came, whoever leaves meanwhile', () => {
    const emitter = new Emitter<Events>();
    const heard: string[] = [];
    const ends = ['a', 'b'].map((name) =>
      emitter.on('count', () => {
        heard.push(name);
        for (const end of ends) end();
      }),
    );
    emitter.emit('count', 1);
    emitter.emit('count', 2);
    expect(heard).toEqual(['a', 'b']);
  });

  it('goes on where a listener throws, and does not hide its error', async () => {
    const emitter = new Emitter<Events>();
    const heard: number[] = [];
    emitter.on('count', () => {
      throw new Error('a bug');
    });
    emitter.on('count', (count) => heard.push(count));
    const uncaught = new Promise<Error>((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const other of others) process.on('uncaughtException', other);
        resolve(error);
      });
    });
    emitter.emit('count', 1);
    expect(heard).toEqual([1]);
    expect((await uncaught).message).toBe('a bug');
  });
});

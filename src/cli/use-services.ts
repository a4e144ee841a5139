/** The services of a data folder for one command. */
import type { Services } from './services';
import type { CommonOptions, Context } from './terminal/context';

/**
 * Opens the services, does the work and closes them. They are loaded only then, since SQLite comes with them; notices about
 * runs go to stderr.
 */
export const servicesOf =
  (context: Context) =>
  async <T>(options: CommonOptions, work: (services: Services) => T | Promise<T>): Promise<T> => {
    const { withServices } = await import('./services');
    return withServices(context, options, ({ services }) => {
      services.events.on('notice', ({ message }) => context.output.notice(`resbench: ${message}`));
      return work(services);
    });
  };

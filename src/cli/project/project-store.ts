import { TroupeError } from '../../index.ts';
import { isDatabase, type ProjectLocation } from './project-location.ts';

/** Returns the opener of a project's store, whose module is loaded when it opens. */
export function projectStore({ store }: Pick<ProjectLocation, 'store'>): () => Promise<ProjectStore> {
  if (!isDatabase(store)) return async () => (await import('../../level.ts')).levelStore(store)();
  const { address, schema } = parseDatabase(store);
  return async () => (await import('../../postgres.ts')).postgresStore(address, schema === null ? {} : { schema })();
}

type ProjectStore = Awaited<ReturnType<ReturnType<typeof import('../../level.ts')['levelStore']>>>;

/** Takes the parameter `schema` out of an address: it is ours, not the server's. @throws {TroupeError} USAGE */
function parseDatabase(store: string): { address: string; schema: string | null } {
  if (!URL.canParse(store)) {
    throw new TroupeError('USAGE', '--store is no URL, such as postgres://user@host/database?schema=name', {
      where: '--store',
    });
  }
  const url = new URL(store);
  const schema = url.searchParams.get('schema');
  url.searchParams.delete('schema');
  return { address: url.href, schema };
}

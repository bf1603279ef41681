/** Entry point `troupe/inspector`: serves a local page that shows live plans and the actors of any durable system. */
import { TroupeError } from './index.ts';
import type { Inspector, InspectorOptions } from './inspector/inspect.ts';

export type { Inspector, InspectorOptions };

/**
 * Serves the inspector's page on 127.0.0.1. It shows committed data without credentials. Opening it needs an
 * invitation, and it is read-only unless `control` is true. It uses three packages that Troupe does not install:
 * `npm install elkjs ws @statelyai/inspect`.
 *
 * @example
 * await using inspector = await serveInspector({ system });
 * console.log(inspector.invite());
 * @throws {TroupeError} PACKAGE_MISSING when one of them is not installed; USAGE when the port is in use; INTERNAL when
 *   the page was not compiled
 */
export async function serveInspector(options: InspectorOptions): Promise<Inspector> {
  try {
    const inspector = await import('./inspector/inspect.ts');
    return await inspector.serveInspector(options);
  } catch (thrown) {
    throw missingPackage(thrown) ?? thrown;
  }
}

const install = 'npm install elkjs ws @statelyai/inspect';

/** Node names the package in the message only. */
function missingPackage(thrown: unknown): TroupeError | null {
  if (!(thrown instanceof Error)) return null;
  const [, name] = /^Cannot find (?:package|module) '(elkjs|ws|@statelyai\/inspect)\b/.exec(thrown.message) ?? [];
  if (name === undefined) return null;
  return new TroupeError('PACKAGE_MISSING', `The inspector needs the package ${name}, which is not installed`, {
    hints: [install],
    cause: thrown,
  });
}

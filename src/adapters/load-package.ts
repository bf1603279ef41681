import { TroupeError } from '../model/errors.ts';

/**
 * Loads a package that the user installs.
 *
 * @param needs what needs it, as the beginning of a sentence: `Workers need`
 * @throws {TroupeError} PACKAGE_MISSING
 */
export async function loadPackage<Package>(
  name: string,
  load: () => Promise<Package>,
  needs: string,
): Promise<Package> {
  try {
    return await load();
  } catch (error) {
    // Node names the package in the message only.
    const isMissing =
      error instanceof Error && new RegExp(`^Cannot find (?:package|module) '${name}'`).test(error.message);
    if (!isMissing) throw error;
    throw new TroupeError('PACKAGE_MISSING', `${needs} the package ${name}, which is not installed`, {
      hints: [`npm install ${name}`],
      cause: error,
    });
  }
}

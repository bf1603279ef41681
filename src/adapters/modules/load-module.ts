import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '../../model/caught-error.ts';
import type { Hint } from '../../model/command-hint.ts';
import { type ErrorCode, TroupeError } from '../../model/errors.ts';

/** How to report an unusable module. */
export interface ModuleErrorOptions {
  code: ErrorCode;
  hints: readonly Hint[];
}

/**
 * Loads the default export, a function, of a user's module, resolved relative to `from`. A changed file is loaded
 * again, an unchanged one is not run twice.
 * @throws {TroupeError} of the given code
 */
export async function loadDefaultFunction(
  module: string,
  from: string,
  error: ModuleErrorOptions,
): Promise<(...given: never[]) => unknown> {
  const unavailable = (file: string, message: string, cause?: unknown) =>
    new TroupeError(error.code, message, { where: file, hints: [...error.hints], cause });
  const file = module.startsWith('file:') ? fileURLToPath(module) : resolve(from, module);
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw unavailable(file, `There is no module ${file}`);
  const loaded = await load(file, `${found.mtimeMs}-${found.size}`).catch(error => {
    const message = messageOf(error);
    throw unavailable(file, `The module ${file} does not load: ${message}${explainLoadError(file, message)}`, error);
  });
  if (typeof loaded.default === 'function') return loaded.default as (...given: never[]) => unknown;
  throw unavailable(file, `The module ${file} must export a function as default, and exports ${namesOf(loaded)}`);
}

function load(file: string, version: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(file);
  url.search = `?v=${version}`;
  return import(url.href);
}

/** Explains a TypeScript module on a Node version that does not support it; empty for any other failure. */
export function explainLoadError(file: string, message: string): string {
  if (!/\.[cm]?tsx?$/.test(file) || !/unknown file extension|unexpected|missing initializer/i.test(message)) return '';
  return `; Node ${process.version} may not load TypeScript by itself: write it in JavaScript (.mjs), use Node 22.18 or newer, or start with node --import tsx`;
}

function namesOf(loaded: Record<string, unknown>): string {
  const names = Object.keys(loaded);
  return names.length === 0 ? 'nothing' : names.join(', ');
}

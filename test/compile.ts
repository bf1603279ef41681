/** Programs of the tests and all they import as JavaScript, in a directory of its own: they start in a fraction of the time. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'rolldown/utils';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a module imports of its own tree, as written. */
const importPattern = /\b(?:from|import) ?\(?"(\.[^"]+)"/g;

/** Compiles files of the repository into the directory `into`, at the places they have here. */
export function compile(entries: readonly string[], into: string): void {
  writeFileSync(join(into, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules'), join(into, 'node_modules'));
  const waiting = entries.map(entry => resolve(root, entry));
  const seen = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const code = toJavaScript(path);
    const target = join(into, relative(root, path).replace(/\.tsx?$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      code.replace(importPattern, found => found.replace(/\.tsx?"$/, '.js"')),
    );
    for (const [, name = ''] of code.matchAll(importPattern)) {
      const next = resolve(dirname(path), name);
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
}

/** What `using` becomes imports helpers of @oxc-project/runtime. */
function toJavaScript(path: string): string {
  const lang = extname(path) === '.tsx' ? 'tsx' : 'ts';
  const options = { lang, target: 'es2023', typescript: { onlyRemoveTypeImports: true } } as const;
  const { code, errors } = transformSync(path, readFileSync(path, 'utf8'), options);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join(', ')}`);
  return code;
}

/**
 * What rolldown makes of the sources:
 *
 * - The command line as few files: Node takes longer to find and read some six hundred modules than to run them.
 * - `src/libraries`, each with its library in it: an application then installs only what it shares with Troupe.
 *
 * The entry points stay modules of their own (tsc). Nothing is shortened, so that a stack says where it is.
 */
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import {
  clientGroup,
  followingGroup,
  type Group,
  librariesOf,
  loadedBy,
  planGroup,
  projectGroup,
  readingSteps,
  servingGroup,
  startSteps,
  workGroup,
} from './rolldown.reading.ts';

const shared: RolldownOptions = {
  platform: 'node',
  resolve: { mainFields: ['module', 'main'] },
  transform: { target: 'node20.19', define: { 'process.env.NODE_ENV': '"production"' } },
};

const elkjs = 'node_modules/elkjs';
const libraries = readdirSync('src/libraries').map(file => [basename(file, '.ts'), `src/libraries/${file}`]);

export default defineConfig([
  {
    ...shared,
    // The worker is a program of its own, found beside the chunk that starts it.
    input: { troupe: 'src/cli.ts', 'merge-worker': 'src/adapters/merge/thread/merge-worker.ts' },
    // The queue and its client are installed by those who use workers; the others are never there.
    external: ['bullmq', 'ioredis', 'react-devtools-core', 'pg-native'],
    plugins: [level(), yoga(), elk(), licences([elkjs]), inlineReExports(), executable('dist/cli/troupe.js')],
    preserveEntrySignatures: 'allow-extension',
    output: {
      ...{ dir: 'dist/cli', format: 'esm', cleanDir: true, chunkFileNames: '[name]-[hash].js' },
      // Node reads what it loads, comments too.
      comments: { jsdoc: false, annotation: false },
      codeSplitting: { includeDependenciesRecursively: false, groups: quickGroups() },
    },
  },
  {
    ...shared,
    input: Object.fromEntries(libraries),
    // An application installs it anyway.
    external: [/^zod(\/|$)/],
    plugins: [licences()],
    output: { dir: 'dist/src/libraries', format: 'esm', chunkFileNames: '[name]-[hash].js' },
  },
]);

/**
 * What the quickest commands load as one file for each step, not as ninety: finding and reading a file takes Node about
 * a millisecond.
 */
function quickGroups() {
  const apart = new Set<string>();
  const group = (name: string, { steps, without }: Group) => {
    for (const file of loadedBy(without)) apart.add(file);
    const files = [...loadedBy(steps)].filter(file => !apart.has(file));
    // LevelDB is a file of its own, see below.
    const loaded = new Set([...files, ...librariesOf(files.filter(file => file !== 'level'))]);
    return {
      name,
      test(id: string) {
        const [, library] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id) ?? [];
        // A store on PostgreSQL needs no LevelDB: it stays in a file of its own.
        return loaded.has(library ?? relative('.', id)) && !id.includes('/stores/level-');
      },
    };
  };
  return [
    group('start', { steps: startSteps, without: [] }),
    group('reading', { steps: readingSteps, without: [] }),
    { name: 'zod', test: /\/node_modules\/zod\/v4\// },
    { name: 'yaml', test: /\/node_modules\/yaml\/|\/src\/libraries\/yaml\.ts$/ },
    group('plan', planGroup),
    group('client', clientGroup),
    group('serving', servingGroup),
    group('following', followingGroup),
    group('project', projectGroup),
    group('work', workGroup),
  ];
}

/**
 * The JavaScript of LevelDB in one file; its native part stays in the installed package. The two belong together, so
 * when another version is installed, all of it is loaded from there.
 */
function level(): Plugin {
  const home = resolve('node_modules/classic-level');
  const { version }: { version: string } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const sources: Record<string, string> = {
    '\0installed-level': `
      import { createRequire } from 'node:module';
      export const installed = createRequire(createRequire(import.meta.url).resolve('level'));`,
    '\0level': `
      const { installed } = require('\0installed-level');
      const isSame = installed('classic-level/package.json').version === '${version}';
      exports.Level = isSame ? require(${JSON.stringify(join(home, 'index.js'))}).ClassicLevel : installed('level').Level;`,
    '\0level-binding': `
      module.exports = require('\0installed-level').installed('classic-level/binding.js');`,
  };
  return {
    name: 'level',
    resolveId(id, importer) {
      if (id === 'level') return '\0level';
      if (id === './binding' && importer?.startsWith(home)) return '\0level-binding';
      return id in sources ? id : null;
    },
    load: id => sources[id] ?? null,
  };
}

/**
 * ink's layout reads its WebAssembly, which is in its code, with `fetch` where there is one: Node would load its whole HTTP
 * client for that, a tenth of the time until the plans are seen.
 */
function yoga(): Plugin {
  const asked = '"function"!=typeof fetch';
  return {
    name: 'yoga',
    transform(code, id) {
      if (!id.endsWith('/yoga-wasm-base64-esm.js')) return null;
      if (!code.includes(asked)) throw new Error(`${id} reads its WebAssembly in another way`);
      return code.replaceAll(asked, 'true');
    },
  };
}

/** elkjs as a file of its own: a worker thread of the inspector loads it. */
function elk(): Plugin {
  return {
    name: 'elk',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'elk.cjs', source: readFileSync(`${elkjs}/lib/elk.bundled.js`) });
    },
  };
}

/** A clone that is installed globally is a link to it: after another build it must still be a program. */
function executable(path: string): Plugin {
  return { name: 'executable', writeBundle: () => chmodSync(path, 0o755) };
}

/**
 * A module that is imported dynamically and has a place in a common file gets a file that only exports it again: the
 * import takes it from the common file instead, which saves finding and reading one file each.
 */
function inlineReExports(): Plugin {
  const reExport = /^export \{([^}]*)\} from "(\.\/[^"]+)";\s*$/;
  return {
    name: 'inline-re-exports',
    generateBundle(_, bundle) {
      const targets = new Map<string, { file: string; names: [from: string, to: string][] }>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !chunk.isDynamicEntry) continue;
        const [, names, file] = reExport.exec(chunk.code) ?? [];
        if (names === undefined || file === undefined) continue;
        const pairs = names.split(',').map((name): [string, string] => {
          const [from = '', to = from] = name.trim().split(' as ');
          return [from, to];
        });
        targets.set(`./${chunk.fileName}`, { file, names: pairs });
        delete bundle[chunk.fileName];
      }
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        chunk.code = chunk.code.replace(/\bimport\("(\.\/[^"]+)"\)/g, (found, path: string) => {
          const target = targets.get(path);
          if (target === undefined) return found;
          const taken = target.names.map(([from, to]) => `${to}: all.${from}`).join(', ');
          return `import("${target.file}").then((all) => ({ ${taken} }))`;
        });
      }
    },
  };
}

/** Whose code is in it, and on what terms: LICENCES.md beside it. */
function licences(copied: string[] = []): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const folders = new Set(copied);
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const module of chunk.moduleIds) {
          const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? [];
          if (folder !== undefined) folders.add(folder);
        }
      }
      const terms = [...new Set([...folders].map(termsOf))].sort();
      this.emitFile({
        type: 'asset',
        fileName: 'LICENCES.md',
        source: `# Libraries in this folder\n\n${terms.join('\n')}`,
      });
    },
  };
}

/** @throws {Error} for a package that does not say its terms: nothing of it may be passed on */
function termsOf(folder: string): string {
  const { name, version, license }: Record<string, string> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  if (license === undefined) throw new Error(`${folder} does not say its licence`);
  const file = readdirSync(folder).find(found => /^licen[cs]e/i.test(found));
  const path = file === undefined ? '' : join(folder, file);
  const text = existsSync(path) ? `\n${readFileSync(path, 'utf8').trim()}\n` : '';
  return `## ${name} ${version}: ${license}\n\nIts source: https://www.npmjs.com/package/${name}/v/${version}\n${text}`;
}

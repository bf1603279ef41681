/**
 * What rolldown makes of the sources:
 *
 * - The command line as few files: Node takes longer to find and read some six hundred modules than to run them.
 * - `src/libraries`, each with its library in it: an application then installs only what it shares with Troupe.
 *
 * The entry points stay modules of their own (tsc). Nothing is shortened, so that a stack says where it is.
 */
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

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
    // LevelDB has a native part; the queue and its client are installed by those who use workers; the others are never there.
    external: ['level', 'bullmq', 'ioredis', 'react-devtools-core', 'pg-native'],
    plugins: [elk(), licences([elkjs]), executable('dist/cli/troupe.js')],
    output: { dir: 'dist/cli', format: 'esm', cleanDir: true, chunkFileNames: '[name]-[hash].js' },
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

/**
 * The command line as few files: Node takes longer to find and read some six hundred modules than to run them. The doors
 * stay modules of their own (tsc), with libraries an application shares with them. Nothing is shortened, so that a stack says
 * where it is.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

export default defineConfig({
  // The worker is a program of its own, found beside the chunk that starts it.
  input: { troupe: 'src/cli.ts', 'merge-worker': 'src/adapters/merge/thread/merge-worker.ts' },
  platform: 'node',
  // What has a native part, is rarely needed, or looks for its own files stays a package.
  external: ['level', 'elkjs', '@statelyai/inspect', /^@secretlint\//, 'react-devtools-core'],
  resolve: { mainFields: ['module', 'main'] },
  transform: { target: 'node20.19', define: { 'process.env.NODE_ENV': '"production"' } },
  plugins: [licences()],
  output: { dir: 'dist/cli', format: 'esm', cleanDir: true, chunkFileNames: '[name]-[hash].js' },
});

/** Whose code is in it, and on what terms: LICENCES.md beside it. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const folders = new Set<string>();
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
  return `## ${name} ${version}: ${license}\n${text}`;
}

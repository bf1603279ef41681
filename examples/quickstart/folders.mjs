// The folders of a project and what is in them; used by the strategist, the writer and the check.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const skipped = new Set(['.git', 'node_modules', 'inventory', 'dist', 'coverage']);
const declared =
  /^export\s+(?:default\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|class|const|let|var|interface|type|enum)\s+([A-Za-z_$][\w$]*)/gm;

export const sharedFile = 'INVENTORY.md';
export const pageOf = folder => `inventory/${folder}.md`;
export const unfilled = folder => `<!-- ${folder}: to be filled -->`;

export function foldersOf(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !skipped.has(entry.name))
    .map(entry => entry.name)
    .sort();
}

/** Every file below a folder: its path, its lines, the names it exports. */
export function inventoryOf(directory, folder) {
  const rows = [];
  const walk = path => {
    for (const entry of readdirSync(join(directory, path), { withFileTypes: true })) {
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory() && !skipped.has(entry.name)) walk(below);
      else if (entry.isFile()) rows.push(rowOf(directory, below));
    }
  };
  walk(folder);
  return rows.sort((left, right) => (left.path < right.path ? -1 : 1));
}

function rowOf(directory, path) {
  const text = readFileSync(join(directory, path), 'utf8');
  const code = ['.js', '.mjs', '.ts', '.tsx', '.mts'].includes(extname(path));
  const exports = code ? [...text.matchAll(declared)].map(match => match[1]) : [];
  return { path, lines: text.split('\n').length - 1, exports };
}

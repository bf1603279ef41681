/**
 * `npm run api`: writes what each entry point exports to docs/api, from the built declarations, so that the diff of a commit
 * shows a change of it. With `--check` it writes nothing and lists the files that are out of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/api');
const { exports }: { exports: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entryPoints = Object.entries(exports)
  .filter(([path]) => path !== './package.json')
  .map(([path, file]) => ({
    name: path.replace(/^\./, 'troupe'),
    declarations: join(root, file.replace(/\.js$/, '.d.ts')),
    report: `${path === '.' ? 'troupe' : path.slice(2)}.md`,
  }));

const program = ts.createProgram(
  entryPoints.map(({ declarations }) => declarations),
  { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, strict: true, skipLibCheck: true, types: ['node'] },
);
const checker = program.getTypeChecker();

/** The type that a compiler writes for a chart or a schema fills hundreds of pages and says nothing that its parts do not. */
const shorten = (text: string) =>
  text.length > 3000 ? text.replace(/^(const \w+: [^<{]+)[<{][\s\S]*$/, '$1<…>;') : text;

/** A declaration as written in the file, preceded by its comment. */
function declarationText(declaration: ts.Declaration): string {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = shorten(statement.getText().replace(/^export (declare )?/, ''));
  const comment = ts.getJSDocCommentsAndTags(statement).find(ts.isJSDoc)?.getText();
  const dedented = comment?.replace(/\n\s+\*/g, '\n *');
  return dedented === undefined ? text : `${dedented}\n${text}`;
}

function renderReport({ name, declarations }: (typeof entryPoints)[number]): string {
  const source = program.getSourceFile(declarations);
  const module = source && checker.getSymbolAtLocation(source);
  if (source === undefined || module === undefined) throw new Error(`${name} is not built: npm run build`);
  const docComment = /^\/\*\*[\s\S]*?\*\//.exec(source.text)?.[0] ?? '';
  const symbols = checker.getExportsOfModule(module).sort((a, b) => (a.name < b.name ? -1 : 1));
  const sections = symbols.map(symbol => {
    const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return `## ${symbol.name}\n\n\`\`\`ts\n${(meant.declarations ?? []).map(declarationText).join('\n')}\n\`\`\`\n`;
  });
  const about = docComment.replace(/^\/\*\*\s*|\s*\*\/$/g, '').replace(/\n\s*\* ?/g, '\n');
  return [`# ${name}`, `Written by \`npm run api\` from the declarations.`, about, ...sections].join('\n\n');
}

const reports = new Map(
  entryPoints.map(entryPoint => [
    entryPoint.report,
    `${renderReport(entryPoint)
      .replace(/\n{3,}/g, '\n\n')
      .trimEnd()}\n`,
  ]),
);
const stale = existsSync(folder) ? readdirSync(folder).filter(name => !reports.has(name)) : [];
const changed = [...reports].filter(([name, text]) => {
  const file = join(folder, name);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});

if (process.argv.includes('--check')) {
  for (const name of [...changed.map(([name]) => name), ...stale])
    console.log(`docs/api/${name} is out of date: npm run api`);
  process.exitCode = changed.length + stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of changed) writeFileSync(join(folder, name), text);
  for (const name of stale) rmSync(join(folder, name));
  console.log(`${reports.size} entry points, ${changed.length} files changed, ${stale.length} removed`);
}

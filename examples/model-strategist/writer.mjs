// Does the work of one subplan: writes the pages that it may change, each from the module of the same name.
export default async function writer({ depth, resourceScopes, read, write, log }) {
  // The subplans do all of it.
  if (depth === 0) return;
  for (const page of resourceScopes) {
    const name = page.replace(/^docs\/|\.md$/g, '');
    const source = await read(`src/${name}.js`);
    const names = [...source.matchAll(/^export (?:function|const) (\w+)/gm)].map(match => match[1]);
    await write(page, `# ${name}\n\n${names.map(each => `- ${each}\n`).join('')}`);
    log(`${page}: ${names.length} exports`);
  }
}

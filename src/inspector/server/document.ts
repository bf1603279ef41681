/** The page as a document: served with files, or as a report in one self-contained file. */
import { type Assets, mainModule, replaceImports, styleFolder } from './assets.ts';

/** In this order: later ones override earlier ones. */
const styles = [
  ...['base', 'head', 'views', 'overview', 'timeline', 'actors', 'chart', 'actor-log', 'messages'],
  ...['decisions', 'conflicts', 'checkpoints', 'confirmation', 'narrow'],
].map(name => `${styleFolder}/${name}.css`);

const policy = {
  served:
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  report: "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data: blob:",
};

/** Sent with every response. */
export const securityHeaders = {
  'content-security-policy': policy.served,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

export function servedDocument(): string {
  return renderDocument({
    head: styles.map(path => `<link rel="stylesheet" href="${path}">`).join('\n'),
    foot: `<script type="module" src="${mainModule}"></script>`,
  });
}

/** @param data what the page shows, embedded as JSON */
export function reportDocument(assets: Assets, data: unknown): string {
  const modules = [...assets].filter(([path]) => path.endsWith('.js'));
  const imports = Object.fromEntries(
    modules.map(([path, text]) => [
      moduleName(path),
      `data:text/javascript;base64,${base64(replaceImports(path, text, moduleName))}`,
    ]),
  );
  return renderDocument({
    head: [
      `<meta http-equiv="content-security-policy" content="${policy.report}">`,
      `<style>${styles.map(path => assets.get(path)).join('\n')}</style>`,
      `<script type="importmap">${json({ imports })}</script>`,
    ].join('\n'),
    foot: [
      `<script type="application/json" id="report">${json(data)}</script>`,
      `<script type="module">import "${moduleName(mainModule)}";</script>`,
    ].join('\n'),
  });
}

/** Modules in `data:` URLs cannot use relative imports: the import map resolves names instead. */
const moduleName = (path: string) => `troupe/${path}`;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** JSON that cannot close its script element. */
const json = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

function renderDocument({ head, foot }: { head: string; foot: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Troupe inspector</title>
<link rel="icon" href="data:,">
${head}
</head>
<body>
<div id="app"></div>
<noscript>The inspector draws with JavaScript, which this browser does not run.</noscript>
${foot}
</body>
</html>
`;
}

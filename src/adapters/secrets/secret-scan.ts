import type { SecretMatch } from '../../model/secrets.ts';
import { detectSecrets } from '../../model/secrets.ts';

const sliceBytes = 1024 * 1024;
/** Longer than any credential: one that crosses a slice boundary is complete in one of the slices. */
const overlapBytes = 8 * 1024;
const bytesMax = 16 * 1024 * 1024;
const binaryBytes = 8_000;

/**
 * Finds credentials in a file: by our own patterns and, in text, by the rules of secretlint, whose maintainers follow
 * what providers issue. The rules are loaded with the first file. Of a file larger than 16 MiB only the start is
 * scanned.
 */
export async function findSecrets(path: string, content: Buffer): Promise<SecretMatch[]> {
  const isText = !content.subarray(0, binaryBytes).includes(0);
  const lint = isText ? await linter() : null;
  const found = new Map<string, SecretMatch>();
  const end = Math.min(content.length, bytesMax);
  for (let at = 0; at === 0 || at < end; at += sliceBytes) {
    const slice = content.subarray(at, Math.min(end, at + sliceBytes + overlapBytes));
    const text = slice.toString(isText ? 'utf8' : 'latin1');
    const own = detectSecrets(text);
    const others = ((await lint?.(path, text)) ?? []).filter(
      ({ text: other }) => !own.some(each => meet(each.text, other)),
    );
    for (const secret of [...own, ...others]) found.set(secret.text, secret);
  }
  return [...found.values()];
}

function meet(left: string, right: string): boolean {
  return left.includes(right) || right.includes(left);
}

type Lint = (path: string, text: string) => Promise<SecretMatch[]>;

async function linter(): Promise<Lint> {
  const { creator, lintSource, secretLintProfiler } = await import('../../libraries/secretlint.ts');
  // It keeps a mark of every file for the life of the process, searches all of them for each new one, and throws from
  // a callback, where no caller can catch it, for a path with a newline.
  secretLintProfiler.mark = () => undefined;
  const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }];
  return async (path, content) => {
    const source = { filePath: path, content, contentType: 'text' as const };
    const { messages } = await lintSource({ source, options: { config: { rules }, noPhysicFilePath: true } });
    return messages.map(({ ruleId, range: [from, to] }) => ({ name: nameOf(ruleId), text: content.slice(from, to) }));
  };
}

function nameOf(ruleId: string): string {
  return ruleId.replace(/^.*secretlint-rule-/, '').replaceAll('-', ' ');
}

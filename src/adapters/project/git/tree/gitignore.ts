/**
 * Returns whether ignore rules may ignore a path. Errs on one side only: everything git ignores is found, and
 * possibly more. `!` lines are skipped, `*` and character classes match more than in git.
 */
export function mightBeIgnored(rules: string, path: readonly string[]): boolean {
  return rules.split('\n').some(line => {
    const pattern = patternOf(line);
    return pattern !== null && matches(pattern, path);
  });
}

interface IgnorePattern {
  /** Whether it applies to paths relative to its file, or to any name along the path. */
  anchored: boolean;
  expression: RegExp;
}

function patternOf(line: string): IgnorePattern | null {
  const text = line.replace(/\r$/, '').replace(/(?<!\\) +$/, '');
  if (text === '' || text.startsWith('#') || text.startsWith('!')) return null;
  const named = text
    .replace(/\*{2,}/g, '**')
    .replace(/\/+$/, '')
    .replace(/\/\*\*$/, '/*');
  const anchored = named.includes('/');
  return { anchored, expression: expressionOf(named.replace(/^\//, '').replace(/^\*\*\//, '*')) };
}

/** Tests the path itself, and each of its folders: the content of an ignored folder is ignored. */
function matches({ anchored, expression }: IgnorePattern, path: readonly string[]): boolean {
  return path.some((name, depth) => expression.test(anchored ? path.slice(0, depth + 1).join('/') : name));
}

function expressionOf(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const character = glob.charAt(at);
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '[') {
      // A class may contain `]` and other special characters: from here on it matches anything.
      return new RegExp(`^${source}.*$`, 'isu');
    } else {
      if (character === '\\') at++;
      source += glob.charAt(at).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    }
  }
  // `a/**/b` also matches `a/b`.
  return new RegExp(`^${source.replaceAll('\\/.*.*\\/', '\\/(?:.*\\/)?')}$`, 'isu');
}

/**
 * Whether a file of ignore rules may ignore a path. It errs on one side only: what git ignores is always found, and some
 * that git would not ignore as well. `!` lines are passed over, `*` and character classes match more than in git.
 */
export function mightBeIgnored(rules: string, path: readonly string[]): boolean {
  return rules.split('\n').some(line => {
    const pattern = patternOf(line);
    return pattern !== null && matches(pattern, path);
  });
}

interface IgnorePattern {
  /** Whether it holds for paths from the folder of its file on, or for any name on the way. */
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

/** The path itself, or any folder it is in: what is in an ignored folder is ignored. */
function matches({ anchored, expression }: IgnorePattern, path: readonly string[]): boolean {
  return path.some((name, depth) => expression.test(anchored ? path.slice(0, depth + 1).join('/') : name));
}

function expressionOf(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at] ?? '';
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '[') {
      // A class may hold `]` and much else: it is taken for anything from here on.
      return new RegExp(`^${source}.*$`, 'isu');
    } else {
      if (character === '\\') at++;
      source += (glob[at] ?? '').replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    }
  }
  // `a/**/b` is `a/b` too.
  return new RegExp(`^${source.replaceAll('\\/.*.*\\/', '\\/(?:.*\\/)?')}$`, 'isu');
}

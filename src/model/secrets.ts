import { credentialPatterns, withoutPasswords } from './credential-patterns.ts';

/** Credential patterns that providers document, by name. High precision on purpose: a false positive blocks a plan. */
const strictPatterns: Record<string, RegExp> = {
  'private key': /-----BEGIN (?:RSA |EC |OPENSSH |DSA |PGP )?PRIVATE KEY(?: BLOCK)?-----/,
  'AWS access key id': /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  'GitHub token': /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{60,}\b/,
  'GitLab token': /\bglpat-[A-Za-z0-9_-]{20,}\b/,
  'Slack token': /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/,
  'Google API key': /\bAIza[0-9A-Za-z_-]{35}\b/,
  'Stripe live key': /\b[rs]k_live_[0-9a-zA-Z]{24,}\b/,
  'npm token': /\bnpm_[A-Za-z0-9]{36}\b/,
  'model provider key': /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}\b/,
};

/** A multi-line key, or the rest of one whose beginning was cut off. */
const keyBlock =
  /-----BEGIN ([A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|(?![\s\S]))|(?:^[A-Za-z0-9+/=]{1,100}\r?\n){1,200}-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/gm;

const redactedPatterns: readonly (readonly [name: string, shape: RegExp])[] = [
  ...Object.entries(strictPatterns)
    .filter(([name]) => name !== 'private key')
    .map(([name, shape]) => [name, new RegExp(shape.source, 'g')] as const),
  ...credentialPatterns,
];

/** A text without any of these contains no known credential; a quick test that most texts fail. */
const hint =
  /PRIVATE KEY|A(?:KI|SI|Iz)[Aa]|gh[pousr]_|github_pat_|gl(?:pat-|sa_|c_)|xox[abprs]-|k_live_|npm_|sk-|hooks\.slack|pypi-|SG\.|(?:SK|AC)[0-9a-f]{8}|eyJ|hf_|hv[sbr]\.|dapi|do[opr]_v1_|dckr_|gsk_|lin_(?:api|oauth)_|shp(?:at|ca|pa|ss)_|SharedSecretValue|:\/\//;
const wordHint = /secret|accountkey|accesskey|bearer|passw|pwd|api[_-]?key|token/i;

/** Replaces credentials in a text by their names, which are added to `found`; returns the same text when there is none. */
export function redact(text: string, found: Set<string>): string {
  const isWord = wordHint.test(text);
  if (!isWord && !hint.test(text)) return text;
  const named = (name: string) => () => {
    found.add(name);
    return `[${name}]`;
  };
  let clean = text.includes('PRIVATE KEY') ? text.replace(keyBlock, named('private key')) : text;
  for (const [name, shape] of redactedPatterns) clean = clean.replace(shape, named(name));
  return isWord ? withoutPasswords(clean, named('password')) : clean;
}

const kinds = new Set(['private key', 'password', ...redactedPatterns.map(([name]) => name)]);

/** Returns the placeholders of secrets in a redacted text: `[GitHub token]`, `[value of NAME]`. */
export function placeholdersIn(text: string): string[] {
  const bracketed = [...text.matchAll(/\[(value of [^\]\n]{1,100}|[A-Za-z][A-Za-z ]{2,40})\]/g)];
  return bracketed.flatMap(([whole, name = '']) => (name.startsWith('value of ') || kinds.has(name) ? [whole] : []));
}

/** A possible credential in a text. Use the text for comparison only; never show it. */
export interface SecretMatch {
  name: string;
  text: string;
}

/** Finds the possible credentials in a text. */
export function detectSecrets(text: string): SecretMatch[] {
  return Object.entries(strictPatterns).flatMap(([name, shape]) =>
    [...text.matchAll(new RegExp(shape.source, 'g'))].map(([found]) => ({ name, text: found })),
  );
}

/**
 * Patterns redacted from output and exports, in addition to those that providers document in `secrets.ts`. Some, such
 * as `password=`, would block too many plans there. Repetitions are bounded, so that the time for a long line is
 * linear.
 */
export const credentialPatterns: readonly (readonly [name: string, shape: RegExp])[] = [
  ['Slack webhook', /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/+-]{20,200}/g],
  ['PyPI token', /\bpypi-[A-Za-z0-9_-]{16,400}/g],
  ['SendGrid key', /\bSG\.[\w-]{16,64}\.[\w-]{16,64}/g],
  ['Twilio key', /\b(?:SK|AC)[0-9a-f]{32}\b/g],
  ['JSON web token', /\beyJ[\w-]{8,4000}\.[\w-]{8,4000}\.[\w-]{8,1000}/g],
  ['Hugging Face token', /\bhf_[A-Za-z0-9]{30,64}\b/g],
  ['Vault token', /\bhv[sbr]\.[\w-]{20,200}/g],
  ['Databricks token', /\bdapi[0-9a-f]{32}\b/g],
  ['DigitalOcean token', /\bdo[opr]_v1_[0-9a-f]{64}\b/g],
  ['Docker token', /\bdckr_(?:pat|oat)_[\w-]{20,64}/g],
  ['Grafana token', /\bgl(?:sa|c)_[\w=+/-]{32,200}/g],
  ['Groq key', /\bgsk_[A-Za-z0-9]{40,64}\b/g],
  ['Linear key', /\blin_(?:api|oauth)_[A-Za-z0-9]{32,64}\b/g],
  ['Shopify token', /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/g],
  [
    'AWS secret key',
    /(?<=\baws_?secret_?(?:access_?)?key["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3})[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/gi,
  ],
  ['Azure key', /(?<=\b(?:AccountKey|SharedAccessKey|SharedSecretValue)=)[A-Za-z0-9+/]{40,100}={0,2}/g],
  ['password in an address', /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}:)[^\s/@[$<{%][^\s/@[]{2,200}(?=@)/gi],
  ['bearer token', /(?<=\bbearer\s{1,4})(?=[A-Za-z_.~+/-]{0,200}\d)[\w.~+/-]{16,4000}={0,2}/gi],
];

const passwordKey = '(?:password|passwd|pwd|api[_-]?key|client[_-]?secret|secret[_-]?key|(?:access|auth)[_-]?token)';
const passwordField = new RegExp(`${passwordKey}$`, 'i');
const password = new RegExp(
  `(?<=${passwordKey}["'\\\\]{0,3}\\s{0,4}[:=]\\s{0,4}["'\\\\]{0,3})[^\\s"'\\\\\`,;&<>$({[][^\\s"'\\\\\`,;&<>]{5,400}`,
  'gi',
);

/** Returns whether a key of this name holds a password or similar: `dbPassword`, `api_key`. */
export const isPasswordKey = (key: string): boolean => passwordField.test(key);

/** Types and other words that appear in place of a password in code and schemas. */
const noPassword =
  /^(?:string|number|boolean|unknown|object|undefined|required|optional|nullable|hidden|password|secret|passwd)$/i;

/** Returns whether quoted text is more than a type, a variable or a placeholder. */
export const isPasswordValue = (value: string): boolean =>
  value.length >= 6 && !/^[$<({[%]|\s/.test(value) && !noPassword.test(value);

/** Replaces passwords in a text, quoted or not. Code that names a variable, a type or a call is kept. */
export function withoutPasswords(text: string, replaced: () => string): string {
  return text.replace(password, (value, at: number) => {
    const before = text.slice(Math.max(0, at - 24), at);
    if (workingFolder.test(before) && /^[/~.]/.test(value)) return value;
    const isQuoted = /["'\\]$/.test(before);
    const isPassword = isQuoted ? isPasswordValue(value) : isPlainPassword(value, before, text[at + value.length]);
    return isPassword ? replaced() : value;
  });
}

/** Matches `PWD=/home/me`. */
const workingFolder = /pwd["'\\]*\s*[:=]\s*["'\\]*$/i;
/** Matches a call, or a pattern. */
const call = /^(?:[A-Za-z_$][\w$.?!]*\(|\/.*[(^|[])/;
const path = /^[A-Za-z_$][\w$]*(?:(?:\.|\?\.|!\.|::|->)[A-Za-z_$][\w$]*)+$/;

/** Without quotes: letters alone are a variable or prose, unless they directly follow the `=`. */
function isPlainPassword(value: string, before: string, after = ''): boolean {
  const word = value.replace(/[)[\].:!?]+$/, '');
  if (word.length < 6 || noPassword.test(word) || call.test(value) || path.test(word)) return false;
  if (!/^[A-Za-z_$]+$/.test(word)) return true;
  return before.endsWith('=') && after !== ',' && !value.endsWith(')');
}

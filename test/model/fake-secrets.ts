/** Fake secrets of 23 kinds, as programs print them. Split in two, so that this file itself contains no secret. */
const repeated = (letter: string, times: number) => letter.repeat(times);
const mixed = (length: number) => 'Ab3dEf7hIj1lMn5pQr9tUv2xYz4'.repeat(20).slice(0, length);
const hex = (length: number) => '0a1b2c3d4e5f6789'.repeat(8).slice(0, length);

/** Kind, secret, and the line around it with `%` as placeholder. */
export const fakeSecrets: readonly (readonly [kind: string, secret: string, line: string])[] = [
  ['AWS access key id', `AK${'IA'}ABCDEFGHIJKLMNOP`, 'using %'],
  ['AWS secret key', mixed(40), 'aws_secret_access_key = %'],
  ['GitHub', `gh${'p_'}${mixed(36)}`, 'token %'],
  ['GitLab', `gl${'pat-'}${mixed(20)}`, 'token %'],
  ['Slack', `xo${'xb-'}123456789012-${mixed(24)}`, 'slack: %'],
  ['Slack webhook', `https://hooks.slack${'.com/services/'}T00000000/B00000000/${mixed(24)}`, 'curl %'],
  ['PyPI', `py${'pi-'}AgEIcHlwaS5vcmc${mixed(60)}`, 'twine %'],
  ['npm', `np${'m_'}${mixed(36)}`, '//registry/:_authToken=%'],
  ['SendGrid', `S${'G.'}${mixed(22)}.${mixed(43)}`, 'mail %'],
  ['Twilio', `S${'K'}${hex(32)}`, 'twilio %'],
  ['JWT', `ey${'J'}${mixed(20)}.eyJ${mixed(40)}.${mixed(43)}`, 'cookie %'],
  ['database address', mixed(16), 'postgres://app:%@db.internal:5432/app'],
  ['password=', `hunter2${repeated('x', 5)}`, 'connect host=a password=% user=b'],
  ['password in JSON', mixed(14), '{"user":"a","password":"%"}'],
  ['bearer', mixed(32), 'Authorization: Bearer %'],
  ['Azure', `${mixed(86)}==`, 'AccountName=a;AccountKey=%;EndpointSuffix=b'],
  ['Hugging Face', `h${'f_'}${mixed(34)}`, 'login %'],
  ['Vault', `hv${'s.'}${mixed(28)}`, 'vault %'],
  ['Google', `AI${'za'}${mixed(35)}`, 'maps?key=%'],
  ['Stripe', `sk_${'live_'}${mixed(24)}`, 'stripe %'],
  ['model provider', `sk-${'ant-'}${mixed(40)}`, 'key %'],
  ['Databricks', `da${'pi'}${hex(32)}`, 'dbx %'],
  ['Docker', `dckr_${'pat_'}${mixed(27)}`, 'docker login %'],
];

/** A key of several lines, all of which must be redacted. */
export const fakePrivateKey = [
  `-----BEGIN RSA PRIV${'ATE KEY-----'}`,
  mixed(64),
  `${mixed(30)}/+==`,
  `-----END RSA PRIV${'ATE KEY-----'}`,
];

export const fakeSecretLines = fakeSecrets.map(([, secret, line]) => line.replace('%', secret));

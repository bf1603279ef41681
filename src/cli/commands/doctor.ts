import type { Finding } from '../doctor/finding.ts';
import { planFindings } from '../doctor/plans.ts';
import { projectFinding } from '../doctor/project.ts';
import { redact } from '../doctor/redact.ts';
import { repair } from '../doctor/repair.ts';
import { ownerFinding, storeFinding } from '../doctor/store.ts';
import { gitFinding, nodeFinding } from '../doctor/tools.ts';
import type { Run } from '../verb.ts';

/** Whether everything a plan needs is there; what can be done about what is not, as commands to type. */
export const run: Run = async context => {
  const { given, io, paint } = context;
  const repaired = given.has('repair') ? [await repair(context)] : [];
  const redacted = given.has('redact') ? [await redact(context)] : [];
  const checks: Finding[] = [
    ...repaired,
    ...redacted,
    await nodeFinding(process.versions.node),
    await gitFinding(io.env),
    await projectFinding(context),
    await ownerFinding(context),
    await storeFinding(context),
    ...(await planFindings(context)),
  ];
  const marks = { well: paint.green('well'), ill: paint.red('ILL '), note: paint.yellow('note') };
  const lines = checks.flatMap(({ name, status, text, hints }) => [
    `${marks[status]}  ${name.padEnd(8)} ${text}`,
    ...(status === 'note' ? hints.map(hint => `      try: ${paint.cyan(hint)}`) : []),
  ]);
  const fault = checks.find(check => check.fault !== undefined)?.fault;
  return {
    data: {
      checks: checks.map(({ name, status, text, hints }) => ({ name, status, text, hints })),
      repaired: repaired.some(({ status }) => status !== 'ill'),
    },
    text: lines.join('\n'),
    ...(fault === undefined ? {} : { fault }),
  };
};

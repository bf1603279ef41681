/** Writes one file, and checks it. */
export const greetAction = `name: local/greet
description: Greet {{who}}
arguments: { who: { default: the world } }
executionActor:
  kind: steps
  steps:
    - decide: { question: Which words?, choose: Hello, rationale: It is polite, alternatives: [{ description: Hey, reason: too short }] }
    - write: { path: hello.txt, content: "hello\\n" }
validations:
  - { name: it is there, argv: [test, -f, hello.txt] }
`;

/** Two subplans that write the same line of one file. */
export const conflictAction = `name: local/quarrel
description: Write one line twice
strategyActor:
  kind: steps
  steps:
    - subplan: { goal: say left, resourceScopes: [a.txt], executionActor: { kind: steps, steps: [{ write: { path: a.txt, content: "left\\n" } }] } }
    - subplan: { goal: say right, resourceScopes: [a.txt], executionActor: { kind: steps, steps: [{ write: { path: a.txt, content: "right\\n" } }] } }
executionActor: { kind: steps, steps: [] }
`;

/** A program that works until it is stopped; it creates `begun` in its home when it starts. */
export const endlessAction = `name: local/endless
description: Work for ever
executionActor:
  kind: command
  argv: [node, -e, "require('fs').writeFileSync('begun.txt', 'x'); require('fs').writeFileSync(process.env.HOME + '/begun', 'x'); setTimeout(() => {}, 120_000)"]
`;

/** Works until there is a file `go` in its home, and records in `begun` how often it was started. */
export const waitForFileAction = `name: local/patient
description: Wait for a sign
executionActor:
  kind: command
  argv: [sh, -c, "echo x >> $HOME/begun; while [ -e $HOME ] && [ ! -e $HOME/go ]; do sleep 0.02; done; echo done > done.txt"]
`;

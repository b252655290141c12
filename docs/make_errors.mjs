/**
 * Makes docs/errors.md from core/base/error_codes.def: `node docs/make_errors.mjs`. A test in
 * tests/protocol fails when it has been forgotten.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The groups of the table, each with its codes, in the table's order. */
export function readErrorTable() {
  const groups = [];
  let comments = [];
  for (const line of readFileSync(pathOf('../core/base/error_codes.def'), 'utf8').split('\n')) {
    const code = /^DESKBELL_ERROR\((\w+), (\d+), "(.*)"\)$/.exec(line);
    const comment = /^\/\/ (.*)$/.exec(line);
    if (code) {
      if (comments.length > 0) groups.push({ title: comments.join(' '), codes: [] });
      comments = [];
      groups.at(-1).codes.push({ name: code[1], status: Number(code[2]), meaning: code[3] });
    } else if (comment) {
      comments.push(comment[1]);
    } else if (line === '') {
      comments = []; // the text at the table's top belongs to no group
    } else {
      throw new Error(`core/base/error_codes.def has a line of another form: ${line}`);
    }
  }
  return groups;
}

const kHead = `# Errors

Made by \`docs/make_errors.mjs\` from \`core/base/error_codes.def\`.

The same codes stand in problem documents (\`type\` is \`/problems/<code>\`), in the results of a push,
in what the SDK and the core answer, and in what a message that was refused carries. A code is for
programs and for ever; the message beside it is for people and may be worded better any time.

*Status* is that of the HTTP response when a whole request fails for this reason. In a push's answer
each event has its own outcome, whatever its code's status: those that may succeed later
(RETRIED) say \`retry\`, all others \`refused\`.`;

/** The codes that the policy lists as such. */
function readRetried() {
  const policy = readFileSync(pathOf('../core/policy/policy.cpp'), 'utf8');
  const [, cases] = /bool may_succeed_later\(.*?\{(.*?)return true;/s.exec(policy);
  return [...cases.matchAll(/ErrorCode::(\w+)/g)].map(([, name]) => `\`${name}\``).join(', ');
}

export function makeErrorsPage() {
  const sections = readErrorTable().map(({ title, codes }) => {
    const rows = codes.map(({ name, status, meaning }) => `| \`${name}\` | ${status} | ${meaning} |`);
    return [`## ${title}`, '| code | status | meaning |', '|---|---|---|', ...rows].join('\n');
  });
  return [kHead.replace('RETRIED', readRetried()), ...sections].join('\n\n') + '\n';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(pathOf('errors.md'), makeErrorsPage());
}

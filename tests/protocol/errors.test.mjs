import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { makeErrorsPage, readErrorTable } from '../../docs/make_errors.mjs';
import { loadDocument } from './description.mjs';

const codes = readErrorTable().flatMap((group) => group.codes);

test('docs/errors.md says what the table of errors says', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  assert.equal(page, makeErrorsPage(), 'run: node docs/make_errors.mjs');
  assert.ok(codes.length > 20);
});

test('the OpenAPI document knows exactly the codes of the table', () => {
  const documented = loadDocument().components.schemas.ErrorCode.enum;
  assert.deepEqual(documented, codes.map(({ name }) => name));
});

test('each problem of the OpenAPI document has its code\'s status', () => {
  const { responses } = loadDocument().components;
  const status = new Map(codes.map((code) => [`/problems/${code.name}`, code.status]));
  let checked = 0;
  const look = (node) => {
    if (node === null || typeof node !== 'object') return;
    const types = node.type?.enum ?? (node.type?.const ? [node.type.const] : []);
    for (const type of types.filter((name) => name.startsWith('/problems/'))) {
      assert.equal(node.status.const, status.get(type), type);
      ++checked;
    }
    Object.values(node).forEach(look);
  };
  look(responses);
  assert.ok(checked > 10);
});

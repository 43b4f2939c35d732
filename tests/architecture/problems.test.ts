// The catalogue of problems against the sources: no row is dead, and each emitter of a code gives the facts its texts need.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { packagePath } from '../../src/config/paths.ts';
import { PROBLEMS, type ProblemCode, isProblemCode } from '../../src/core/problems/problems.ts';
import { PROBLEM_TEXTS } from '../../src/texts/problems.ts';

/** Rows that stand ready for what is to come, and nothing emits yet. */
const WAITING: Readonly<Partial<Record<ProblemCode, string>>> = {
  'held-revocation': 'the state of a held message, told to people',
  'idempotency-key-missing': 'connections that require the key',
  'urgent-unchecked': 'urgent messages delivered before the certificate could be checked',
};

/** Constructors and functions that take a code and, behind it, all its facts; others add some of their own. */
const EMITTERS = /^(?:refuse|ProblemError|XmlFault|found|(?:.*\.)?notes\.add)$/;

interface Emission {
  readonly code: ProblemCode;
  readonly where: string;
  /** Names of the facts given literally; undefined when they come from elsewhere. */
  readonly facts: readonly string[] | undefined;
}

const sources = ['src', 'adapters'].flatMap((folder) => filesIn(packagePath(folder)));
const mentioned = new Set<string>();
const emissions = sources.flatMap(emissionsIn);

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.endsWith(join('problems', 'problems.ts')) && !file.endsWith(join('texts', 'problems.ts')));
}

function emissionsIn(file: string): readonly Emission[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Emission[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || (ts.isIdentifier(node) && ts.isPropertyAssignment(node.parent))) {
      if (isProblemCode(node.text)) {
        mentioned.add(node.text);
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        const emission = emissionOf(node, node.text, `${file.slice(packagePath('.').length + 1)}:${line + 1}`);
        if (emission !== undefined) found.push(emission);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A code as an argument with facts behind it, or in an object beside `facts`; anything else is judged where it is run. */
function emissionOf(literal: ts.Node, code: ProblemCode, where: string): Emission | undefined {
  let node = literal;
  while (ts.isConditionalExpression(node.parent) || ts.isAsExpression(node.parent)) node = node.parent;
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const given = parent.arguments ?? [];
    const behind = given.slice(given.findIndex((argument) => argument === node) + 1);
    if (behind.length === given.length || !EMITTERS.test(parent.expression.getText())) return undefined;
    const facts = behind.find(ts.isObjectLiteralExpression);
    if (facts !== undefined) return { code, where, facts: namesIn(facts) };
    return { code, where, facts: behind.length === 0 ? [] : undefined };
  }
  if (!ts.isPropertyAssignment(parent) || parent.name.getText() !== 'code') return undefined;
  if (!ts.isObjectLiteralExpression(parent.parent)) return undefined;
  const facts = parent.parent.properties.find((property) => property.name?.getText() === 'facts');
  if (facts === undefined || !ts.isPropertyAssignment(facts)) return undefined;
  return ts.isObjectLiteralExpression(facts.initializer)
    ? { code, where, facts: namesIn(facts.initializer) }
    : undefined;
}

/** Undefined where something is spread into it. */
function namesIn(facts: ts.ObjectLiteralExpression): readonly string[] | undefined {
  if (facts.properties.some(ts.isSpreadAssignment)) return undefined;
  return facts.properties.map((property) => property.name?.getText().replace(/^'|'$/g, '') ?? '');
}

function wanted(code: ProblemCode): readonly string[] {
  const { vi, en, todoVi, todoEn } = PROBLEM_TEXTS[code];
  return [...new Set([...`${vi}${en}${todoVi}${todoEn}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))];
}

describe('the catalogue of problems', () => {
  test('no row is dead', () => {
    const dead = Object.keys(PROBLEMS).filter((code) => !mentioned.has(code) && !Object.hasOwn(WAITING, code));
    expect(dead).toEqual([]);
    expect(Object.keys(WAITING).filter((code) => mentioned.has(code))).toEqual([]);
  });

  test('each emitter of a code gives the facts of its texts', () => {
    const lacking = emissions.flatMap(({ code, where, facts }) => {
      const missing = facts === undefined ? [] : wanted(code).filter((name) => !facts.includes(name));
      return missing.length === 0 ? [] : [`${where}: ${code} lacks ${missing.join(', ')}`];
    });
    expect(lacking).toEqual([]);
  });

  test('most emissions can be judged from the sources', () => {
    const speaking = emissions.filter(({ code }) => wanted(code).length > 0);
    expect(speaking.filter(({ facts }) => facts !== undefined).length).toBeGreaterThan(speaking.length * 0.6);
    expect(speaking.length).toBeGreaterThan(100);
  });
});

// The only reader of the environment. It says what was written where, as text; what it means is decided by config.ts.

import { readFileSync } from 'node:fs';
import type { Facts } from '../core/problems/finding.ts';
import type { ConfigReason } from '../texts/config.ts';
import { CONFIG_VARIABLE, SETTINGS, type Setting, type SettingPath } from './settings.ts';

/** The text of a setting and its place, so that a problem can name it. */
export interface Written {
  readonly value: unknown;
  /** `LIENTHONG_HTTP_PORT`, or `http.port` of the file. */
  readonly source: string;
}

/** What is wrong with one setting: `name` as it was written, and the facts that the reason's words speak of. */
export type ConfigFault = Facts & { readonly name: string; readonly reason: ConfigReason };

export interface Raw {
  readonly settings: ReadonlyMap<SettingPath, Written>;
  /** What could not be read at all. */
  readonly faults: readonly ConfigFault[];
}

/** Variables of ours that are no settings; src/compile.mjs reads the second. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set([CONFIG_VARIABLE, 'LIENTHONG_COMMIT']);

const PREFIX = 'LIENTHONG_';

/** Reads the file and the environment; the environment wins. Unknown names are faults, for they are usually typing errors. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Raw {
  const settings = new Map<SettingPath, Written>();
  const faults: ConfigFault[] = [];
  readFile(environment[CONFIG_VARIABLE], settings, faults);
  const names = new Set(OTHER_VARIABLES);
  for (const setting of SETTINGS as readonly (Setting & { path: SettingPath })[]) {
    names.add(setting.variable);
    if (setting.secret === true) names.add(`${setting.variable}_FILE`);
    const text = readVariable(setting, environment, faults);
    if (text !== undefined) settings.set(setting.path, text);
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith(PREFIX) && !names.has(name)) faults.push({ name, reason: 'setting-unknown' });
  }
  return { settings, faults };
}

function readVariable(setting: Setting, environment: NodeJS.ProcessEnv, faults: ConfigFault[]): Written | undefined {
  const { variable } = setting;
  const direct = nonEmpty(environment[variable]);
  const file = setting.secret === true ? nonEmpty(environment[`${variable}_FILE`]) : undefined;
  if (direct !== undefined && file !== undefined) {
    faults.push({ name: variable, reason: 'secret-set-twice' });
    return undefined;
  }
  if (file === undefined) return direct === undefined ? undefined : { value: direct, source: variable };
  const text = read(file);
  if (text === undefined) {
    faults.push({ name: `${variable}_FILE`, reason: 'named-file-unreadable' });
    return undefined;
  }
  return { value: text.trim(), source: `${variable}_FILE` };
}

function readFile(file: string | undefined, settings: Map<SettingPath, Written>, faults: ConfigFault[]): void {
  if (nonEmpty(file) === undefined || file === undefined) return;
  const text = read(file);
  if (text === undefined) {
    faults.push({ name: CONFIG_VARIABLE, reason: 'named-file-unreadable' });
    return;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    faults.push({ name: CONFIG_VARIABLE, reason: 'named-file-not-json' });
    return;
  }
  if (!isRecord(parsed)) {
    faults.push({ name: CONFIG_VARIABLE, reason: 'named-file-not-object' });
    return;
  }
  const flat = new Map<string, unknown>();
  flatten(parsed, '', flat);
  const paths = new Set<string>(SETTINGS.map((setting) => setting.path));
  for (const [path, value] of flat) {
    if (isSettingPath(path, paths)) settings.set(path, { value, source: path });
    else faults.push({ name: path, reason: 'setting-unknown' });
  }
}

function isSettingPath(path: string, paths: ReadonlySet<string>): path is SettingPath {
  return paths.has(path);
}

/** `{ http: { port: 1 } }` → `http.port` = 1. */
function flatten(object: Readonly<Record<string, unknown>>, prefix: string, into: Map<string, unknown>): void {
  for (const [name, value] of Object.entries(object)) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (isRecord(value)) flatten(value, path, into);
    else into.set(path, value);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The environment with a command's options laid over it: an option wins over a variable, a variable over the file. */
export function environmentWith(options: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const choices = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...process.env, ...Object.fromEntries(choices) };
}

/** The environment without this program's settings, for a child that must not take over its parent's. */
export function environmentWithoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith(PREFIX)));
}

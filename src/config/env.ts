// The only reader of the environment. It says what was written where, as text; what it means is decided by config.ts.

import { readFileSync } from 'node:fs';
import { CONFIG_VARIABLE, SETTINGS, type Setting, type SettingPath } from './settings.ts';

/** The text of a setting and its place, so that a problem can name it. */
export interface Written {
  readonly value: unknown;
  /** `LIENTHONG_HTTP_PORT`, or `http.port in lienthong.json`. */
  readonly source: string;
}

export interface Raw {
  readonly settings: ReadonlyMap<SettingPath, Written>;
  /** Sentences about what could not be read at all. */
  readonly problems: readonly string[];
}

/** Variables of ours that are no settings; src/compile.mjs reads the second. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set([CONFIG_VARIABLE, 'LIENTHONG_COMMIT']);

const PREFIX = 'LIENTHONG_';

/** Reads the file and the environment; the environment wins. Unknown names are problems, for they are usually typing errors. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Raw {
  const settings = new Map<SettingPath, Written>();
  const problems: string[] = [];
  readFile(environment[CONFIG_VARIABLE], settings, problems);
  const names = new Set(OTHER_VARIABLES);
  for (const setting of SETTINGS as readonly (Setting & { path: SettingPath })[]) {
    names.add(setting.variable);
    if (setting.secret === true) names.add(`${setting.variable}_FILE`);
    const text = readVariable(setting, environment, problems);
    if (text !== undefined) settings.set(setting.path, text);
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith(PREFIX) && !names.has(name)) problems.push(`${name} is not a setting of this program.`);
  }
  return { settings, problems };
}

function readVariable(setting: Setting, environment: NodeJS.ProcessEnv, problems: string[]): Written | undefined {
  const { variable } = setting;
  const direct = nonEmpty(environment[variable]);
  const file = setting.secret === true ? nonEmpty(environment[`${variable}_FILE`]) : undefined;
  if (direct !== undefined && file !== undefined) {
    problems.push(`${variable} and ${variable}_FILE are both set; set one of them.`);
    return undefined;
  }
  if (file === undefined) return direct === undefined ? undefined : { value: direct, source: variable };
  const text = read(file);
  if (text === undefined) {
    problems.push(`${variable}_FILE names a file that cannot be read.`);
    return undefined;
  }
  return { value: text.trim(), source: `${variable}_FILE` };
}

function readFile(file: string | undefined, settings: Map<SettingPath, Written>, problems: string[]): void {
  if (nonEmpty(file) === undefined || file === undefined) return;
  const text = read(file);
  if (text === undefined) {
    problems.push(`${CONFIG_VARIABLE} names a file that cannot be read.`);
    return;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    problems.push(`The file that ${CONFIG_VARIABLE} names is not valid JSON.`);
    return;
  }
  if (!isRecord(parsed)) {
    problems.push(`The file that ${CONFIG_VARIABLE} names must hold one JSON object.`);
    return;
  }
  const flat = new Map<string, unknown>();
  flatten(parsed, '', flat);
  const paths = new Set<string>(SETTINGS.map((setting) => setting.path));
  for (const [path, value] of flat) {
    if (isSettingPath(path, paths)) settings.set(path, { value, source: `${path} in the configuration file` });
    else problems.push(`“${path}” in the configuration file is not a setting of this program.`);
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

// Commands that tests compare with or call: found, installed, or named in the failure; never skipped over.

import { aptInstall, canInstall, findCommand } from './external.ts';

const PACKAGES = {
  xmlsec1: 'xmlsec1',
  openssl: 'openssl',
  curl: 'curl',
  xmllint: 'libxml2-utils',
  strace: 'strace',
  psql: 'postgresql-client',
  python3: 'python3',
  pdfsig: 'poppler-utils',
  pdftotext: 'poppler-utils',
  unzip: 'unzip',
  clamd: 'clamav-daemon',
  'softhsm2-util': 'softhsm2',
} as const;

export type Tool = keyof typeof PACKAGES;

/** Path of a command. As root on Debian a missing one is installed; elsewhere the call fails and says what to install. */
export async function requireTool(tool: Tool): Promise<string> {
  const found = await findCommand(tool);
  if (found !== undefined) return found;
  if (!(await canInstall())) throw new Error(`${tool} is needed: install the package ${PACKAGES[tool]}`);
  await aptInstall([PACKAGES[tool]]);
  const installed = await findCommand(tool);
  if (installed === undefined) throw new Error(`${tool} is needed: the package ${PACKAGES[tool]} did not bring it`);
  return installed;
}

// The optional package `pkcs11js` (MIT, native): what of it is used here, and where it is found. It is no dependency of
// the gateway, for who has no hardware key needs no native code; who has one installs it.

import { createRequire } from 'node:module';
import path from 'node:path';
import { ProblemError } from '../../core/problems/problem-error.ts';
import { codeOf } from '../error-code.ts';
import type { TokenFault } from './key-file.ts';

const PACKAGE = 'pkcs11js';
const VERSION = '2.1.7';

/** Of a slot, a session or an object; what is in it is the library's business. */
export type Handle = Buffer;

export interface Attribute {
  readonly type: number;
  readonly value?: Buffer | number | string;
}

/** The part of the binding that is called. Errors carry the name of the PKCS#11 code (`CKR_…`) in their message. */
export interface Pkcs11 {
  load(library: string): void;
  C_Initialize(options: { readonly flags: number }): void;
  C_GetSlotList(withToken: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly flags: number };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, user: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, limit: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, attributes: readonly Attribute[]): { readonly value: Buffer }[];
  C_SignInit(session: Handle, mechanism: { readonly mechanism: number }, key: Handle): void;
  /** On a thread of the pool, so that the event loop goes on. */
  C_SignAsync(session: Handle, data: Buffer, into: Buffer): Promise<Buffer>;
}

/**
 * One binding for each library, for as long as the process lives: a library is initialised once a process, and ending it
 * would take it from every other signer that uses it.
 */
const loaded = new Map<string, Pkcs11>();

/** Loads and initialises a PKCS#11 library. Throws `package-missing`, or what the library answers. */
export function loadPkcs11(library: string, packageFolder: string | undefined): Pkcs11 {
  const present = loaded.get(library);
  if (present !== undefined) return present;
  const binding = newBinding(packageFolder);
  binding.load(library);
  initialize(binding);
  loaded.set(library, binding);
  return binding;
}

/** CKF_OS_LOCKING_OK: signatures are made on several threads. */
const OS_LOCKING = 2;

/** May be called again after the library was ended; twice does no harm. */
export function initialize(binding: Pkcs11): void {
  try {
    binding.C_Initialize({ flags: OS_LOCKING });
  } catch (error) {
    if (returnCode(error) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED') throw error;
  }
}

/** `CKR_…` of an error of the binding; undefined for any other. */
export function returnCode(error: unknown): TokenFault | undefined {
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  const name = /\bCKR_([A-Z0-9_]+)/.exec(message)?.[1];
  return name === undefined ? undefined : `CKR_${name}`;
}

function newBinding(packageFolder: string | undefined): Pkcs11 {
  // From a folder of its own, or from where the gateway's packages are.
  const from = packageFolder === undefined ? import.meta.url : path.join(path.resolve(packageFolder), 'package.json');
  try {
    const { PKCS11 } = createRequire(from)(PACKAGE) as { readonly PKCS11: new () => Pkcs11 };
    return new PKCS11();
  } catch (error) {
    const where = packageFolder === undefined ? '' : ` --prefix ${packageFolder}`;
    const command = `npm install --no-save${where} ${PACKAGE}@${VERSION}`;
    const reason = codeOf(error) || 'unusable';
    throw new ProblemError('package-missing', { name: PACKAGE, reason, command }, { cause: error });
  }
}

// A software token for tests: SoftHSM in a folder of its own, keys brought in from outside, and the optional package that
// talks to it, installed the way src/docs/operate.md says.

import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { pemOf } from '../../src/drivers/signers/key-file.ts';
import { loadPkcs11, type Attribute, type Handle, type Pkcs11 } from '../../src/drivers/signers/pkcs11-module.ts';
import { findCommand, run } from './external.ts';
import { requireTool } from './tools.ts';

const PACKAGE = 'pkcs11js@2.1.7';
const LIBRARY = '/usr/lib/softhsm/libsofthsm2.so';
const SECURITY_OFFICER_PIN = '87654321';

/** What tests do to a token that the gateway never does. */
type TestPkcs11 = Pkcs11 & {
  C_CreateObject(session: Handle, template: readonly (Attribute | { type: number; value: boolean })[]): Handle;
  C_DestroyObject(session: Handle, object: Handle): void;
  C_SetPIN(session: Handle, old: string, next: string): void;
  C_CloseAllSessions(slot: Handle): void;
  C_Logout(session: Handle): void;
  C_Finalize(): void;
};

const READ_WRITE_SESSION = 6;
const USER = 1;
const CERTIFICATE = 1;
const PUBLIC_KEY = 2;
const CKA = { class: 0x0, token: 0x1, private: 0x2, value: 0x11, certificateType: 0x80, subject: 0x101, id: 0x102 };

export interface SoftHsm {
  readonly library: string;
  readonly packageFolder: string;
  /** What a process that uses the token needs in its environment; this one has it already. */
  readonly environment: { readonly SOFTHSM2_CONF: string };
  /** Makes a token. */
  initToken(label: string, pin: string): Promise<void>;
  /** Brings a private key with its public key into a token; `id` in hexadecimal digits. */
  importKey(token: string, pin: string, key: KeyObject, label: string, id: string): Promise<void>;
  /** The binding of this process to the library. */
  binding(): TestPkcs11;
  /** Puts certificates into a token; ids in hexadecimal digits. */
  store(
    token: string,
    pin: string,
    certificates: readonly { readonly id: string; readonly certificate: Buffer }[],
  ): void;
  removePublicKey(token: string, pin: string, id: string): void;
  changePin(token: string, pin: string, next: string): void;
  /** Of every part of this process. */
  closeSessions(token: string): void;
  logOut(token: string): void;
  remove(): Promise<void>;
}

export async function openSoftHsm(): Promise<SoftHsm> {
  const tool = await requireTool('softhsm2-util');
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-softhsm-'));
  const conf = join(folder, 'softhsm2.conf');
  await mkdir(join(folder, 'tokens'));
  await writeFile(
    conf,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const environment = { SOFTHSM2_CONF: conf };
  await setForLibraries(environment);
  const packageFolder = join(folder, 'package');
  await installPackage(packageFolder);
  const env = { ...process.env, ...environment };
  const binding = (): TestPkcs11 => loadPkcs11(LIBRARY, packageFolder) as TestPkcs11;
  return {
    binding,
    ...disturbances(binding),
    library: LIBRARY,
    packageFolder,
    environment,
    initToken: async (label, pin) => {
      await run(tool, ['--init-token', '--free', '--label', label, '--so-pin', SECURITY_OFFICER_PIN, '--pin', pin], {
        env,
      });
    },
    importKey: async (token, pin, key, label, id) => {
      const file = join(folder, `${id}.pem`);
      await writeFile(file, pemOf(key), { mode: 0o600 });
      await run(tool, ['--import', file, '--token', token, '--pin', pin, '--label', label, '--id', id], { env });
      await rm(file);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

type Disturbances = Pick<SoftHsm, 'store' | 'removePublicKey' | 'changePin' | 'closeSessions' | 'logOut'>;

function disturbances(binding: () => TestPkcs11): Disturbances {
  const slotOf = (token: string): Handle => {
    const slot = binding()
      .C_GetSlotList(true)
      .find((each) => binding().C_GetTokenInfo(each).label.trim() === token);
    if (slot === undefined) throw new Error(`no token ${token}`);
    return slot;
  };
  const within = (token: string, pin: string, work: (session: Handle) => void): void => {
    const session = binding().C_OpenSession(slotOf(token), READ_WRITE_SESSION);
    try {
      binding().C_Login(session, USER, pin);
    } catch (error) {
      if (!String(error).includes('ALREADY')) throw error;
    }
    try {
      work(session);
    } finally {
      binding().C_CloseSession(session);
    }
  };
  return {
    store: (token, pin, certificates) =>
      within(token, pin, (session) => {
        for (const { id, certificate } of certificates) {
          binding().C_CreateObject(session, [
            { type: CKA.class, value: CERTIFICATE },
            { type: CKA.token, value: true },
            { type: CKA.private, value: false },
            { type: CKA.certificateType, value: 0 },
            { type: CKA.subject, value: Buffer.from('3000', 'hex') },
            { type: CKA.id, value: Buffer.from(id, 'hex') },
            { type: CKA.value, value: certificate },
          ]);
        }
      }),
    removePublicKey: (token, pin, id) =>
      within(token, pin, (session) => {
        binding().C_FindObjectsInit(session, [
          { type: CKA.class, value: PUBLIC_KEY },
          { type: CKA.id, value: Buffer.from(id, 'hex') },
        ]);
        const found = binding().C_FindObjects(session, 10);
        binding().C_FindObjectsFinal(session);
        for (const object of found) binding().C_DestroyObject(session, object);
      }),
    changePin: (token, pin, next) => within(token, pin, (session) => binding().C_SetPIN(session, pin, next)),
    closeSessions: (token) => binding().C_CloseAllSessions(slotOf(token)),
    logOut: (token) => binding().C_Logout(binding().C_OpenSession(slotOf(token), READ_WRITE_SESSION)),
  };
}

async function installPackage(folder: string): Promise<void> {
  const npm = await findCommand('npm');
  if (npm === undefined) throw new Error('npm is needed to install the optional package');
  await mkdir(folder);
  await run(npm, ['install', '--no-save', '--no-audit', '--prefix', folder, PACKAGE], { cwd: folder });
}

/** A test's own `process.env` is a copy that no C library sees; a worker that shares the process's can write the real one. */
async function setForLibraries(environment: Readonly<Record<string, string>>): Promise<void> {
  const source = `Object.assign(process.env, require('node:worker_threads').workerData)`;
  const worker = new Worker(source, { eval: true, env: SHARE_ENV, workerData: environment });
  await once(worker, 'exit');
}

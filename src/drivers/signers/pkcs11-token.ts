// One key of one token, over a few sessions. Names and numbers are those of OASIS PKCS #11 2.40 (pkcs11t.h).

import { createHash, type JsonWebKey } from 'node:crypto';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { KeyReason } from '../../texts/keys.ts';
import { keyUnreadable, type TokenFault } from './key-file.ts';
import { KEY_KINDS, type KeyKind } from './pkcs11-kinds.ts';
import { initialize, loadPkcs11, returnCode, type Attribute, type Handle, type Pkcs11 } from './pkcs11-module.ts';

export interface TokenOptions {
  /** The vendor's shared library. */
  readonly library: string;
  /** Label of the token. */
  readonly token: string;
  /** Label of the private key, or `id:` and its CKA_ID in hexadecimal digits. */
  readonly key: string;
  readonly pin: string;
  /** Folder in which the optional package was installed. Absent: where the gateway's own packages are. */
  readonly packageFolder?: string;
}

/** A token's facts about a key that it keeps. */
export interface TokenKey {
  /** Absent when the token has no public key object of this name. */
  readonly publicKey: JsonWebKey | undefined;
  /** DER. */
  readonly certificate: Buffer | undefined;
  /** DER of whatever certificates the token holds: its issuers' may be among them. */
  readonly issuers: readonly Buffer[];
}

/** Sessions: as many signatures at once as node has threads for them (libuv's pool, unless told otherwise). */
const LANES = 4;

const CLASS = { certificate: 1, publicKey: 2, privateKey: 3 } as const;
const ATTRIBUTE = { class: 0x000, label: 0x003, value: 0x011, keyType: 0x100, id: 0x102 } as const;
const CKF_SERIAL_SESSION = 4;
const CKU_USER = 1;
const CKF_USER_PIN_FINAL_TRY = 0x0002_0000;
const CKF_USER_PIN_LOCKED = 0x0004_0000;

/** An RSA signature of 8192 bits. */
const MOST_SIGNATURE_BYTES = 1024;
const MOST_OBJECTS = 64;

/**
 * Answers of a library whose sessions are gone: the token was reset, or taken out and put back, its connection broke,
 * or another part of the process logged out. The session is opened anew then, once for each signature.
 */
const SESSION_GONE: ReadonlySet<string | undefined> = new Set([
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_DEVICE_REMOVED',
  'CKR_DEVICE_ERROR',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_SLOT_ID_INVALID',
  'CKR_CRYPTOKI_NOT_INITIALIZED',
]);

/** A session carries one operation at a time; who comes next waits for `last`. */
interface Lane {
  session: Session | undefined;
  last: Promise<unknown>;
}

interface Session {
  readonly handle: Handle;
  readonly key: Handle;
  readonly kind: KeyKind;
}

/** A key, logged in to. Everything rejects with `key-unreadable`. */
export class Pkcs11Token {
  readonly #binding: Pkcs11;
  readonly #options: TokenOptions;
  readonly #lanes: readonly Lane[];
  #signed = 0;
  /** A PIN that was refused is not tried again: tokens count wrong ones, and lock themselves. */
  #refused: TokenFault | undefined;

  /** Loads the library, logs in and finds the key. Throws `key-unreadable` or `package-missing`. */
  constructor(options: TokenOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: LANES }, () => ({ session: undefined, last: Promise.resolve() }));
    this.#binding = explained(options, 'token-library-unusable', () =>
      loadPkcs11(options.library, options.packageFolder),
    );
  }

  read(): TokenKey {
    return explained(this.#options, 'token-unreadable', () => {
      const session = this.#openSession();
      try {
        return readKey(this.#binding, session);
      } finally {
        closeSession(this.#binding, session.handle);
      }
    });
  }

  /** Signs SHA-256 of the data: ECDSA as DER, RSA as PKCS #1 v1.5. */
  sign(data: Buffer): Promise<Buffer> {
    const digest = createHash('sha256').update(data).digest();
    const lane = this.#lanes[this.#signed++ % LANES];
    if (lane === undefined) throw new RangeError('there is a lane for every number');
    const signature = lane.last.then(() => this.#signWithin(lane, digest));
    lane.last = signature.catch(() => undefined);
    return signature;
  }

  async #signWithin(lane: Lane, digest: Buffer): Promise<Buffer> {
    try {
      return await this.#signOnce(lane, digest).catch((error: unknown) => {
        if (!SESSION_GONE.has(returnCode(error))) throw error;
        this.#leave(lane);
        initialize(this.#binding);
        return this.#signOnce(lane, digest);
      });
    } catch (error) {
      throw asUnreadable(this.#options, 'token-signing-failed', error);
    }
  }

  async #signOnce(lane: Lane, digest: Buffer): Promise<Buffer> {
    const { handle, key, kind } = (lane.session ??= this.#openSession());
    this.#binding.C_SignInit(handle, { mechanism: kind.mechanism }, key);
    return kind.output(await this.#binding.C_SignAsync(handle, kind.input(digest), Buffer.alloc(MOST_SIGNATURE_BYTES)));
  }

  #openSession(): Session {
    const binding = this.#binding;
    const slot = this.#slot();
    const handle = binding.C_OpenSession(slot, CKF_SERIAL_SESSION);
    try {
      this.#login(slot, handle);
      return { handle, ...this.#privateKey(handle) };
    } catch (error) {
      closeSession(binding, handle);
      throw error;
    }
  }

  /** By its label: the numbers of slots change. */
  #slot(): Handle {
    const binding = this.#binding;
    const labels = (slot: Handle): string => binding.C_GetTokenInfo(slot).label.replace(/[ \0]+$/, '');
    const [slot, ...rivals] = binding
      .C_GetSlotList(true)
      .filter((candidate) => labels(candidate) === this.#options.token);
    if (slot === undefined) throw keyUnreadable(nameOf(this.#options), 'token-missing');
    if (rivals.length > 0) throw keyUnreadable(nameOf(this.#options), 'token-ambiguous');
    return slot;
  }

  #login(slot: Handle, session: Handle): void {
    if (this.#refused !== undefined) throw keyUnreadable(nameOf(this.#options), this.#refused);
    const { flags } = this.#binding.C_GetTokenInfo(slot);
    if ((flags & CKF_USER_PIN_LOCKED) !== 0) throw keyUnreadable(nameOf(this.#options), 'CKR_PIN_LOCKED');
    if ((flags & CKF_USER_PIN_FINAL_TRY) !== 0) throw keyUnreadable(nameOf(this.#options), 'pin-near-lock');
    try {
      this.#binding.C_Login(session, CKU_USER, this.#options.pin);
    } catch (error) {
      const code = returnCode(error);
      // Login counts for all sessions of the process.
      if (code === 'CKR_USER_ALREADY_LOGGED_IN') return;
      if (code?.startsWith('CKR_PIN_') === true) this.#refused = code;
      throw error;
    }
  }

  #privateKey(session: Handle): { readonly key: Handle; readonly kind: KeyKind } {
    const { key } = this.#options;
    const attribute: Attribute = key.startsWith('id:')
      ? { type: ATTRIBUTE.id, value: Buffer.from(key.slice(3), 'hex') }
      : { type: ATTRIBUTE.label, value: key };
    const [handle, ...rivals] = KEY_KINDS.flatMap((kind) =>
      find(this.#binding, session, CLASS.privateKey, [attribute, { type: ATTRIBUTE.keyType, value: kind.keyType }]).map(
        (object) => ({ key: object, kind }),
      ),
    );
    if (handle === undefined) throw keyUnreadable(nameOf(this.#options), 'token-key-missing');
    if (rivals.length > 0) throw keyUnreadable(nameOf(this.#options), 'token-key-ambiguous');
    return handle;
  }

  #leave(lane: Lane): void {
    if (lane.session !== undefined) closeSession(this.#binding, lane.session.handle);
    lane.session = undefined;
  }

  /** Lets signatures under way end. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(({ last }) => last));
    for (const lane of this.#lanes) this.#leave(lane);
  }
}

/** For problems: where the key is, and nothing that opens it. */
export const nameOf = ({ library, token, key }: TokenOptions): string => `${library} (token ${token}, key ${key})`;

/** Reads the objects beside the private key, by the CKA_ID they share (PKCS #11 section 4.6.2). */
function readKey(binding: Pkcs11, { handle, key, kind }: Session): TokenKey {
  const [id = Buffer.alloc(0)] = read(binding, handle, key, [ATTRIBUTE.id]);
  const idAttribute: Attribute = { type: ATTRIBUTE.id, value: id };
  const [publicObject] = find(binding, handle, CLASS.publicKey, [idAttribute]);
  const certificates = (template: readonly Attribute[]): Buffer[] =>
    find(binding, handle, CLASS.certificate, template).flatMap((object) =>
      read(binding, handle, object, [ATTRIBUTE.value]),
    );
  return {
    publicKey:
      publicObject === undefined ? undefined : kind.publicKey(read(binding, handle, publicObject, kind.attributes)),
    certificate: certificates([idAttribute])[0],
    issuers: certificates([]),
  };
}

function find(binding: Pkcs11, session: Handle, objectClass: number, template: readonly Attribute[]): Handle[] {
  binding.C_FindObjectsInit(session, [{ type: ATTRIBUTE.class, value: objectClass }, ...template]);
  try {
    return binding.C_FindObjects(session, MOST_OBJECTS);
  } finally {
    binding.C_FindObjectsFinal(session);
  }
}

function read(binding: Pkcs11, session: Handle, object: Handle, types: readonly number[]): Buffer[] {
  return binding
    .C_GetAttributeValue(
      session,
      object,
      types.map((type) => ({ type })),
    )
    .map(({ value }) => value);
}

/** A session that is gone already needs no closing. */
function closeSession(binding: Pkcs11, session: Handle): void {
  try {
    binding.C_CloseSession(session);
  } catch (error) {
    if (returnCode(error) === undefined) throw error;
  }
}

function explained<T>(options: TokenOptions, otherwise: KeyReason, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asUnreadable(options, otherwise, error);
  }
}

/** By the standard's name of the fault; what else the binding says stays with the cause. */
function asUnreadable(options: TokenOptions, otherwise: KeyReason, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const reason = returnCode(error) ?? otherwise;
  return new ProblemError('key-unreadable', { file: nameOf(options), reason }, { cause: error });
}

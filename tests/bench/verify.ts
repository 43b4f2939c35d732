// Verification of one signed package, beside xmlsec1 over the same file: one core, user and system CPU, the key from the
// same X509Data, the same chain to the same root. Of xmlsec1 N repeats minus one count, so that its start does not; of
// ours N repeats after a warm-up, so that the compiling of a program that runs for months does not. Both sides read the
// file anew each time; ours keeps the path of a signer it knows, as the gateway does, and xmlsec1 has no such memory.
//
// Two figures of ours stand beside that one of xmlsec1. "verify" does what xmlsec1 does: canonical digest, signature value,
// certificate path. "read and verify" is all that the gateway does with the bytes of a package, of which xmlsec1 does
// nothing: beyond the first it makes the message, hashes the package, and decodes and hashes every attachment.

import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPem } from '../../src/core/crypto/pem.ts';
import { readTrust } from '../../src/core/pki/trust.ts';
import type { OpenedPackage } from '../../src/core/open/opened.ts';
import { PackageReader } from '../../src/core/open/pipeline.ts';
import { SignatureReader } from '../../src/core/signature/reader.ts';
import type { Basis } from '../../src/core/verify/basis.ts';
import { verify } from '../../src/core/verify/verify.ts';
import { XML_LIMITS } from '../../src/core/xml/limits.ts';
import { XmlScanner } from '../../src/core/xml/scanner.ts';
import { run } from '../support/external.ts';
import { requireTool } from '../support/tools.ts';
import { makePki, type BenchPki } from './pki.ts';
import { cpuSecondsOfCommand, ownCpuSeconds } from './process-figures.ts';
import { result, say, type Bench, type BenchOptions, type Result } from './report.ts';
import { attachmentOf, signedPackage } from './signed-packages.ts';
import { sha256Rate } from './yardsticks.ts';

/** Bytes of attachments that make packages of about the named size, base64 and all. */
const SIZES = [
  { name: '12 KB', attachments: [3_600], repeats: 5000 },
  { name: '1 MB', attachments: [740_000], repeats: 500 },
  { name: '20 MB', attachments: [3_700_000, 3_700_000, 3_700_000, 3_700_000], repeats: 40 },
] as const;

/** Read from the file into one buffer, piece by piece, as a package comes in. */
const CHUNK = Buffer.alloc(1 << 16);

export async function benchVerify({ seconds }: BenchOptions): Promise<Bench> {
  const xmlsec1 = await requireTool('xmlsec1');
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
  try {
    const pki = await makePki();
    await writeFile(join(folder, 'root.pem'), toPem('CERTIFICATE', pki.root));
    const results: Result[] = [];
    for (const size of SIZES) results.push(...(await measure(size, pki, folder, xmlsec1, seconds)));
    return {
      versions: { xmlsec1: (await run(xmlsec1, ['--version'])).trim() },
      conditions: {
        signature: 'enveloped, RSA-2048, SHA-256, exclusive canonicalisation',
        chain: 'signer, issuing authority, root',
        revocation: 'not looked at on either side',
        measured: 'user + system CPU; ours N repeats after a warm-up, xmlsec1 N repeats minus one',
        verify: 'what xmlsec1 does: canonical digest, signature value, certificate path',
        readAndVerify: 'message, package hash, and every attachment decoded and hashed as well',
        secondsPerMeasure: seconds,
      },
      results: [...results, sha256Rate()],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(
  size: (typeof SIZES)[number],
  pki: BenchPki,
  folder: string,
  xmlsec1: string,
  seconds: number,
): Promise<Result[]> {
  const path = join(folder, `${size.name.replace(' ', '')}.edxml`);
  const bytes = signedPackage(
    {
      documentId: `H99.12,2026/11/20,${size.name}`,
      number: '1',
      subject: `Đo tốc độ xác minh gói tin ${size.name}`,
      sender: 'H99.12',
      recipients: ['H99.12.01'],
      attachments: size.attachments.map((length) => attachmentOf(randomBytes(length))),
    },
    pki.signer,
  );
  await writeFile(path, bytes);
  const { repeats } = size;
  const evidence = evidenceOf(pki);
  const opened = openWhole(path);
  say(`verify ${size.name} (${bytes.length} bytes): ours …`);
  const verifying = measureOurs(() => judge(withSignatureOf(path, opened), evidence), repeats, seconds);
  say(`read and verify ${size.name}: ours …`);
  const reading = measureOurs(() => judge(openWhole(path), evidence), repeats, seconds);
  say(`verify ${size.name}: xmlsec1 …`);
  const cpu = await measurePeer(xmlsec1, path, join(folder, 'root.pem'), repeats, seconds);
  const peer = { name: 'xmlsec1 --verify --repeat', value: cpu * 1000 };
  return [
    result(`verify ${size.name}, CPU`, 'ms', verifying * 1000, peer),
    result(`read and verify ${size.name}, CPU`, 'ms', reading * 1000, peer),
    result(`read and verify ${size.name}, throughput`, 'MB/s of CPU', bytes.length / 1e6 / reading),
  ];
}

function evidenceOf(pki: BenchPki): Basis {
  const trust = readTrust({
    anchors: [{ certificate: pki.root, purposes: ['package-signature'], revocation: 'not-published' }],
    intermediates: [],
    crls: [],
  });
  return {
    ...trust,
    instant: new Date(),
    profile: { profile: 'strict', evidence: 'package' },
    enrolments: null,
    senderEnrolments: null,
    scans: null,
    documents: new Map(),
  };
}

/** CPU seconds of one round of `work`, over at most `repeats` of them and `seconds`, after half as many. */
function measureOurs(work: () => void, repeats: number, seconds: number): number {
  const repeat = (most: number, limit: number): number => {
    const deadline = performance.now() + limit * 1000;
    let count = 0;
    for (; count < most && (count < 3 || performance.now() < deadline); count += 1) work();
    return count;
  };
  repeat(repeats / 2, seconds / 2);
  const began = ownCpuSeconds();
  const count = repeat(repeats, seconds);
  return (ownCpuSeconds() - began) / count;
}

function openWhole(path: string): OpenedPackage {
  const reader = new PackageReader();
  readPieces(path, (piece) => reader.feed(piece));
  const opened = reader.end();
  if (!opened.ok) throw new Error(`refused: ${opened.code}`);
  return opened.value;
}

/** The package as it was opened once, with what its signature is found to be now. */
function withSignatureOf(path: string, opened: OpenedPackage): OpenedPackage {
  const signature = new SignatureReader();
  const scanner = new XmlScanner(signature, XML_LIMITS);
  readPieces(path, (piece) => scanner.feed(piece));
  scanner.end();
  return { ...opened, signature: signature.result() };
}

function readPieces(path: string, take: (piece: Buffer) => void): void {
  const file = openSync(path, 'r');
  for (let count = readSync(file, CHUNK); count > 0; count = readSync(file, CHUNK)) take(CHUNK.subarray(0, count));
  closeSync(file);
}

function judge(opened: OpenedPackage, evidence: Basis): void {
  const { report } = verify(opened, evidence);
  if (report.verdict !== 'passed') throw new Error(`not passed: ${report.findings.map(({ code }) => code).join(', ')}`);
}

async function measurePeer(
  xmlsec1: string,
  path: string,
  root: string,
  repeats: number,
  seconds: number,
): Promise<number> {
  const verifying = (count: number): Promise<number> =>
    cpuSecondsOfCommand(xmlsec1, [
      '--verify',
      '--enabled-key-data',
      'x509',
      '--trusted-pem',
      root,
      '--repeat',
      String(count),
      path,
    ]);
  const first = await verifying(1);
  // One more tells how many fit into the time.
  const few = Math.max((await verifying(4)) - first, 0.003) / 3;
  const count = Math.max(4, Math.min(repeats, Math.floor(seconds / few)));
  return ((await verifying(count)) - first) / (count - 1);
}

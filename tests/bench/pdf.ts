// Verification of the signatures inside a PDF file: of 100 KB from memory with the signer's path known, as the gateway
// knows it, and of 200 MB from disk, with the memory that takes. Each file of the small kind is another: nothing of a
// document is kept between two.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTrust } from '../../src/core/pki/trust.ts';
import type { PdfEvidence } from '../../src/core/verify/basis.ts';
import { NO_GROUNDS, type OpenedPdf } from '../../src/core/verify/ground.ts';
import { judgePdf } from '../../src/core/verify/pdf-signatures.ts';
import { digestRanges, readPdf } from '../../src/core/pdf/read.ts';
import { bufferSource, type ByteSource } from '../../src/core/archive/source.ts';
import { addSignature, BASE_OBJECTS, makeDocument, stream, withFields } from '../support/pdf.ts';
import { makePki, type BenchPki } from './pki.ts';
import { ownCpuSeconds, peakMemoryOf } from './process-figures.ts';
import { result, say, type Bench, type BenchOptions } from './report.ts';
import { sha256Rate } from './yardsticks.ts';

const DIFFERENT = 200;
const SMALL = 100_000;
const LARGE = 200_000_000;
/** What a signature with its room takes of the file. */
const SIGNATURE = 25_000;

export async function benchPdf({ seconds }: BenchOptions): Promise<Bench> {
  const pki = await makePki();
  const evidence = evidenceOf(pki);
  say(`pdf: signing ${DIFFERENT} files …`);
  const files = Array.from({ length: DIFFERENT }, () => signedOf(SMALL - SIGNATURE, pki));
  const rate = measureSmall(files, evidence, seconds);
  say('pdf: 200 MB …');
  const memory = await measureMemory(pki);
  return {
    versions: {},
    conditions: {
      signature: 'adbe.pkcs7.detached, RSA-2048, SHA-256, one a file',
      chain: 'signer, issuing authority, root, lists looked at',
      path: 'known',
      files: `${DIFFERENT} of ${files[0]?.length ?? 0} bytes, each another`,
      measured: 'user + system CPU, after a warm-up',
      secondsPerMeasure: seconds,
    },
    results: [
      result('pdf 100 KB', 'files/s of CPU', rate),
      result('pdf 200 MB, highest memory of the command', 'MB', memory.large, {
        name: 'of 100 KB',
        value: memory.small,
      }),
      sha256Rate(),
    ],
  };
}

function signedOf(content: number, pki: BenchPki): Buffer {
  const base = makeDocument({ ...BASE_OBJECTS, 4: stream(randomBytes(content)) });
  return addSignature(base, { field: 10, objects: withFields([10]), cms: { ...pki.signer, signingTime: new Date() } });
}

function evidenceOf(pki: BenchPki): PdfEvidence {
  const trust = readTrust({
    anchors: [{ certificate: pki.root, purposes: ['document-signature'], revocation: 'required' }],
    intermediates: [],
    crls: pki.crls,
  });
  return { ...trust, instant: new Date(), enrolments: null, senderEnrolments: null };
}

function verifyOnce(source: ByteSource, evidence: PdfEvidence): void {
  const opened: OpenedPdf = {
    document: readPdf(source),
    digestOf: (signature) => digestRanges(source, signature),
    grounds: NO_GROUNDS,
  };
  const { report } = judgePdf(opened, evidence);
  if (report.verdict !== 'passed' || report.signatures.length !== 1) throw new Error('not passed');
}

/** Files a second of CPU, over and over them for a time, after half as long. */
function measureSmall(files: readonly Buffer[], evidence: PdfEvidence, seconds: number): number {
  const repeat = (limit: number): number => {
    const deadline = performance.now() + limit * 1000;
    let count = 0;
    for (; performance.now() < deadline; count += 1) {
      const file = files[count % files.length];
      if (file !== undefined) verifyOnce(bufferSource(file), evidence);
    }
    return count;
  };
  repeat(seconds / 2);
  const began = ownCpuSeconds();
  const count = repeat(seconds);
  return count / (ownCpuSeconds() - began);
}

/** Memory that `lienthong verify` takes at most, of a process of its own: for a large file, and for a small one beside it. */
async function measureMemory(pki: BenchPki): Promise<{ large: number; small: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
  try {
    await writeFile(join(folder, 'root.der'), pki.root);
    await Promise.all(pki.crls.map((crl, index) => writeFile(join(folder, `${index}.crl`), crl)));
    const peakFor = async (content: number): Promise<number> => {
      const path = join(folder, 'document.pdf');
      await writeFile(path, signedOf(content, pki));
      const lists = pki.crls.flatMap((_crl, index) => ['--crl', join(folder, `${index}.crl`)]);
      return peakOf([CLI, 'verify', path, '--trust', join(folder, 'root.der'), ...lists]);
    };
    return { large: await peakFor(LARGE), small: await peakFor(SMALL - SIGNATURE) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const LOOK_EVERY_MS = 10;

/** Highest resident memory of a run of this program, in MB; it must end well. */
async function peakOf(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let peak = 0;
  const look = setInterval(() => {
    if (child.exitCode === null && child.pid !== undefined) peak = Math.max(peak, peakMemoryOf(child.pid) || 0);
  }, LOOK_EVERY_MS);
  const status = await ended;
  clearInterval(look);
  if (status !== 0) throw new Error(`verify ended with ${String(status)}`);
  return peak;
}

// Reading unsigned packages: bytes in, message, SHA-256 of the package and of every attachment out. Beside it, general
// parsers over the same bytes, which only build their tree: they decode no base64, hash nothing and check no field.

import { closeSync, openSync, readSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { XmlDocument } from 'libxml2-wasm';
import { documentBytes, writeDocument, writeStatus } from '../../src/core/formats/edxml/write.ts';
import { PackageReader } from '../../src/core/open/pipeline.ts';
import { memoryOf, ownCpuSeconds } from './process-figures.ts';
import { result, say, type Bench, type BenchOptions, type Result } from './report.ts';
import { forgetPeakMemory, medianCpuSeconds, ownPeakMemory } from './rounds.ts';
import { largeFiles, typicalDraft, typicalFile, typicalStatus } from './typical.ts';
import { sha256Rate } from './yardsticks.ts';

const CHUNK = 65_536;

export async function benchRead({ seconds }: BenchOptions): Promise<Bench> {
  const large = await readLarge();
  const small = await manyDocuments(1000, 5_700);
  const statuses = Array.from({ length: 1000 }, (_, n) => writeStatus(typicalStatus(n)));
  const medium = await manyDocuments(16, 745_000);
  return {
    versions: {},
    conditions: {
      documents: 'unsigned, each different, one attachment',
      chunk: CHUNK,
      measured: 'user + system CPU, medians of rounds taken in turn',
      peers: 'build their tree of the same bytes, nothing more',
      secondsPerMeasure: seconds,
    },
    results: [
      ...(await measure('12 KB document', small, seconds)),
      ...(await measure('status', statuses, seconds)),
      ...(await measure('1 MB document', medium, seconds)),
      ...large,
      sha256Rate(),
    ],
  };
}

async function manyDocuments(count: number, fileBytes: number): Promise<readonly Buffer[]> {
  const made: Buffer[] = [];
  for (let n = 1; n <= count; n++) made.push(await documentBytes(typicalDraft(n), [typicalFile(n, fileBytes)]));
  return made;
}

async function measure(name: string, packages: readonly Buffer[], seconds: number): Promise<readonly Result[]> {
  const bytes = packages.reduce((sum, { length }) => sum + length, 0);
  say(`read ${name} (${Math.round(bytes / packages.length)} bytes) …`);
  const parser = new XMLParser({ ignoreAttributes: false });
  const cpu = await medianCpuSeconds(
    {
      ours: () => packages.forEach(readWhole),
      fastXmlParser: () => packages.forEach((each) => void parser.parse(each)),
      libxml2: () => packages.forEach((each) => XmlDocument.fromBuffer(each).dispose()),
    },
    seconds,
  );
  const each = (total: number): number => (total / packages.length) * 1e6;
  return [
    result(`read ${name}`, 'µs', each(cpu.ours), { name: 'fast-xml-parser', value: each(cpu.fastXmlParser) }),
    result(`read ${name}`, 'µs', each(cpu.ours), { name: 'libxml2 (wasm)', value: each(cpu.libxml2) }),
    result(`read ${name}, rate`, '1/s of CPU', packages.length / cpu.ours),
    result(`read ${name}, throughput`, 'MB/s of CPU', bytes / cpu.ours / 1e6),
  ];
}

function readWhole(bytes: Buffer): void {
  const reader = new PackageReader();
  for (let at = 0; at < bytes.length; at += CHUNK) reader.feed(bytes.subarray(at, at + CHUNK));
  conclude(reader);
}

function conclude(reader: PackageReader): void {
  const opened = reader.end();
  if (!opened.ok) throw new Error(`refused: ${opened.code}`);
}

/** From a file, chunk by chunk into one buffer; only the reader's own time counts. */
async function readLarge(): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
  try {
    const path = join(folder, 'large.edxml');
    const size = await writeLarge(path);
    say(`read 200 MB document (${size} bytes) …`);
    const chunk = Buffer.alloc(CHUNK);
    const file = openSync(path, 'r');
    const before = memoryOf(process.pid);
    forgetPeakMemory();
    const reader = new PackageReader();
    let cpu = 0;
    const timed = (work: () => void): void => {
      const began = ownCpuSeconds();
      work();
      cpu += ownCpuSeconds() - began;
    };
    for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
      timed(() => reader.feed(chunk.subarray(0, count)));
    }
    timed(() => conclude(reader));
    closeSync(file);
    return [
      result('read 200 MB document, throughput', 'MB/s of CPU', size / cpu / 1e6),
      result('read 200 MB document, memory before', 'MB', before),
      result('read 200 MB document, memory at most', 'MB', ownPeakMemory()),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeLarge(path: string): Promise<number> {
  const file = await open(path, 'w');
  let size = 0;
  for await (const piece of writeDocument(typicalDraft(1), largeFiles())) {
    await file.writeFile(piece);
    size += piece.length;
  }
  await file.close();
  return size;
}

// Writing packages: a message and its files in, bytes out. Beside it, libxml2 writing a tree that it has read before, base64
// and all.

import { XmlDocument } from 'libxml2-wasm';
import { documentBytes, writeDocument, writeStatus } from '../../src/core/formats/edxml/write.ts';
import { memoryOf, ownCpuSeconds } from './process-figures.ts';
import { result, say, type Bench, type BenchOptions, type Result } from './report.ts';
import { forgetPeakMemory, medianCpuSeconds, ownPeakMemory } from './rounds.ts';
import { largeFiles, typicalDraft, typicalFile, typicalStatus } from './typical.ts';
import { base64Rate, sha256Rate } from './yardsticks.ts';

export async function benchWrite({ seconds }: BenchOptions): Promise<Bench> {
  return {
    versions: {},
    conditions: {
      documents: 'unsigned, each different, one attachment',
      measured: 'user + system CPU, medians of rounds taken in turn',
      peer: 'writes a tree that it has, base64 made beforehand',
      secondsPerMeasure: seconds,
    },
    results: [
      ...(await writeLarge()),
      ...(await measureDocuments('12 KB document', 1000, 5_700, seconds)),
      ...(await measureStatuses(1000, seconds)),
      ...(await measureDocuments('1 MB document', 16, 745_000, seconds)),
      sha256Rate(),
      base64Rate(),
    ],
  };
}

async function measureDocuments(name: string, count: number, fileBytes: number, seconds: number): Promise<Result[]> {
  const drafts = Array.from({ length: count }, (_, n) => ({
    draft: typicalDraft(n),
    files: [typicalFile(n, fileBytes)],
  }));
  const packages: Buffer[] = [];
  for (const { draft, files } of drafts) packages.push(await documentBytes(draft, files));
  return measure(name, packages, seconds, async () => {
    for (const { draft, files } of drafts) await documentBytes(draft, files);
  });
}

async function measureStatuses(count: number, seconds: number): Promise<Result[]> {
  const statuses = Array.from({ length: count }, (_, n) => typicalStatus(n));
  return measure(
    'status',
    statuses.map((status) => writeStatus(status)),
    seconds,
    () => statuses.forEach((each) => writeStatus(each)),
  );
}

async function measure(
  name: string,
  packages: readonly Buffer[],
  seconds: number,
  write: () => void | Promise<void>,
): Promise<Result[]> {
  const bytes = packages.reduce((sum, { length }) => sum + length, 0);
  say(`write ${name} (${Math.round(bytes / packages.length)} bytes) …`);
  const trees = packages.map((each) => XmlDocument.fromBuffer(each));
  const peer = (): void => trees.forEach((tree) => void tree.toString({ format: false }));
  const cpu = await medianCpuSeconds({ ours: write, peer }, seconds);
  trees.forEach((tree) => tree.dispose());
  const each = (total: number): number => (total / packages.length) * 1e6;
  return [
    result(`write ${name}`, 'µs', each(cpu.ours), { name: 'libxml2 (wasm)', value: each(cpu.peer) }),
    result(`write ${name}, rate`, '1/s of CPU', packages.length / cpu.ours),
    result(`write ${name}, throughput`, 'MB/s of CPU', bytes / cpu.ours / 1e6),
  ];
}

/** The files come in pieces and what is written is let go at once, as on the way to a socket. */
async function writeLarge(): Promise<readonly Result[]> {
  const files = largeFiles();
  say('write 200 MB document …');
  const before = memoryOf(process.pid);
  forgetPeakMemory();
  const began = ownCpuSeconds();
  let size = 0;
  for await (const piece of writeDocument(typicalDraft(1), files)) size += piece.length;
  const cpu = ownCpuSeconds() - began;
  return [
    result('write 200 MB document, throughput', 'MB/s of CPU', size / cpu / 1e6),
    result('write 200 MB document, memory before', 'MB', before),
    result('write 200 MB document, memory at most', 'MB', ownPeakMemory()),
  ];
}

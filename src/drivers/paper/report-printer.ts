// Reports as PDF files, in Roboto, which has every letter of Vietnamese and is free to embed.

import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { Verdict } from '../../core/problems/finding.ts';
import type { PrintedLine, PrintedReport, PrintedSection } from '../../core/verify/printed-report.ts';
import type { ReportPrinter } from '../../ports/report-printer.ts';

type Paper = InstanceType<typeof PDFDocument>;

const { resolve } = createRequire(import.meta.url);

const FONTS = {
  regular: resolve('@expo-google-fonts/roboto/400Regular/Roboto_400Regular.ttf'),
  bold: resolve('@expo-google-fonts/roboto/700Bold/Roboto_700Bold.ttf'),
} as const;

/** In points; A4 is 595 by 842. The left margin is what Vietnamese offices leave for the binder. */
const MARGIN = { top: 57, bottom: 57, left: 72, right: 50 } as const;
/** So narrow that a SHA-256 of the widest digits fits into one line beside it. */
const LABEL_WIDTH = 115;
const GAP = 10;
const SIZE = { title: 18, heading: 12, text: 9.5, foot: 8 } as const;
const INK = { text: '#1a1a1a', faint: '#5f6368', rule: '#c7cbd1' } as const;

const VERDICT_INK: Readonly<Record<Verdict, string>> = { passed: '#1b6e3c', failed: '#a31515', undecided: '#8a5a00' };

const PAGE_WORDS = { vi: 'Trang', en: 'Page' } as const;

export const printReport: ReportPrinter = (report) => {
  const paper = new PDFDocument({
    size: 'A4',
    margins: MARGIN,
    bufferPages: true,
    lang: report.language,
    displayTitle: true,
    info: {
      Title: `${report.title} ${report.id}`,
      Author: 'Lienthong',
      Creator: 'Lienthong',
      Producer: 'Lienthong',
      CreationDate: report.at,
      ModDate: report.at,
    },
  });
  const pieces: Buffer[] = [];
  const bytes = new Promise<Buffer>((resolve, reject) => {
    paper.on('data', (piece: Buffer) => pieces.push(piece));
    paper.on('end', () => resolve(Buffer.concat(pieces)));
    paper.on('error', reject);
  });
  paper.registerFont('regular', FONTS.regular).registerFont('bold', FONTS.bold);
  printHead(paper, report);
  for (const section of report.sections) printSection(paper, section);
  printFeet(paper, report);
  paper.end();
  return bytes;
};

const bottomOf = (paper: Paper): number => paper.page.height - MARGIN.bottom;
const widthOf = (paper: Paper): number => paper.page.width - MARGIN.left - MARGIN.right;

function printHead(paper: Paper, { title, id, verdict, conclusion }: PrintedReport): void {
  paper
    .font('bold')
    .fontSize(SIZE.title)
    .fillColor(INK.text)
    .text(title.toLocaleUpperCase('vi'), MARGIN.left, MARGIN.top);
  paper.font('regular').fontSize(SIZE.text).fillColor(INK.faint).text(id);
  paper.moveDown(0.8);
  const top = paper.y;
  for (const [index, line] of conclusion.entries()) {
    printLine(paper, line, index === 0 ? { font: 'bold', ink: VERDICT_INK[verdict] } : PLAIN);
  }
  paper
    .rect(MARGIN.left - 12, top - 2, 3, paper.y - top)
    .fillColor(VERDICT_INK[verdict])
    .fill();
}

function printSection(paper: Paper, { heading, lines }: PrintedSection): void {
  // A heading never stands alone at the foot of a page.
  if (paper.y + 60 > bottomOf(paper)) paper.addPage();
  paper.moveDown(1.2);
  paper
    .font('bold')
    .fontSize(SIZE.heading)
    .fillColor(INK.text)
    .text(heading, MARGIN.left, paper.y, { width: widthOf(paper) });
  const rule = paper.y + 2;
  paper
    .moveTo(MARGIN.left, rule)
    .lineTo(MARGIN.left + widthOf(paper), rule)
    .lineWidth(0.5)
    .strokeColor(INK.rule)
    .stroke();
  paper.y = rule + 5;
  for (const line of lines) printLine(paper, line, PLAIN);
}

interface Look {
  readonly font: 'regular' | 'bold';
  readonly ink: string;
}

const PLAIN: Look = { font: 'regular', ink: INK.text };

/** Label and text beside each other, on one page where they fit on one. */
function printLine(paper: Paper, { label, text }: PrintedLine, { font, ink }: Look): void {
  const indent = label === null ? 0 : LABEL_WIDTH + GAP;
  const width = widthOf(paper) - indent;
  paper.fontSize(SIZE.text);
  const labelHeight = label === null ? 0 : paper.font('regular').heightOfString(label, { width: LABEL_WIDTH });
  const height = Math.max(labelHeight, paper.font(font).heightOfString(text, { width }));
  if (paper.y + height > bottomOf(paper)) paper.addPage();
  const top = paper.y;
  if (label !== null) {
    paper.font('regular').fillColor(INK.faint).text(label, MARGIN.left, top, { width: LABEL_WIDTH });
  }
  paper
    .font(font)
    .fillColor(ink)
    .text(text, MARGIN.left + indent, top, { width });
  paper.y = top + height + 3;
}

/** On every page the message and the page's number. */
function printFeet(paper: Paper, { id, title, language }: PrintedReport): void {
  const { count } = paper.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    paper.switchToPage(page);
    // Below the margin, where text would else begin a page of its own.
    paper.page.margins.bottom = 0;
    const y = paper.page.height - MARGIN.bottom + 20;
    const width = widthOf(paper);
    paper.font('regular').fontSize(SIZE.foot).fillColor(INK.faint);
    paper.text(`${title} ${id}`, MARGIN.left, y, { width, lineBreak: false });
    const number = `${PAGE_WORDS[language]} ${page + 1}/${count}`;
    paper.text(number, MARGIN.left, y, { width, align: 'right', lineBreak: false });
    paper.page.margins.bottom = MARGIN.bottom;
  }
}

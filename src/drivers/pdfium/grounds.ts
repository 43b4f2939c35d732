// What lies in places of pages: each page is drawn as a reader shows it, and a place that is of one colour is empty paper.

import type { PagePlace } from '../../core/pdf/addition.ts';
import { type Ground, UNKNOWN_GROUND, WORDS_TOLD } from '../../core/verify/ground.ts';
import { type Pdfium, withBytes } from './engine.ts';

/** What the file shows in each of the places; `unknown` where it cannot be drawn. */
export function groundsIn(engine: Pdfium, file: Buffer, places: readonly PagePlace[]): readonly Ground[] {
  return withBytes(engine, file.length, (pointer) => {
    engine.pdfium.HEAPU8.set(file, pointer);
    const document = engine.FPDF_LoadMemDocument(pointer, file.length, '');
    if (document === 0) return places.map(() => UNKNOWN_GROUND);
    // Fields are drawn by the part that would let people fill them in.
    const info = engine.PDFiumExt_OpenFormFillInfo();
    const form = engine.PDFiumExt_InitFormFillEnvironment(document, info);
    engine.FPDF_SetFormFieldHighlightAlpha(form, 0);
    try {
      return places.map((place) => groundIn(engine, { document, form }, place));
    } finally {
      engine.PDFiumExt_ExitFormFillEnvironment(form);
      engine.PDFiumExt_CloseFormFillInfo(info);
      engine.FPDF_CloseDocument(document);
    }
  });
}

interface OpenFile {
  readonly document: number;
  readonly form: number;
}

const MM_OF_POINT = 25.4 / 72;

/** Pixels of a point: a full stop of 8 points is seen at 144 dots an inch. */
const SCALE = 2;

/** Of one drawing: an A3 page. A larger place is none of a seal. */
const MOST_PIXELS = 1_700 * 2_400;

/** Pixels of an edge that do not count: what is beside a place is smoothed into it, and fields have borders. */
const EDGE = 3;

/** A user unit other than a point makes a place's millimetres others than the engine's, by at least this share. */
const SIZE_TOLERANCE = 0.05;

function groundIn(engine: Pdfium, { document, form }: OpenFile, place: PagePlace): Ground {
  const page = engine.FPDF_LoadPage(document, place.page - 1);
  if (page === 0) return UNKNOWN_GROUND;
  try {
    const size = { width: engine.FPDF_GetPageWidthF(page), height: engine.FPDF_GetPageHeightF(page) };
    const pixels = (mm: number): number => Math.round((mm / MM_OF_POINT) * SCALE);
    const area: Area = {
      left: pixels(place.left) + EDGE,
      top: pixels(place.top) + EDGE,
      width: Math.max(1, pixels(place.width) - 2 * EDGE),
      height: Math.max(1, pixels(place.height) - 2 * EDGE),
      pageWidth: Math.round(size.width * SCALE),
      pageHeight: Math.round(size.height * SCALE),
    };
    if (area.width * area.height > MOST_PIXELS || !isOfSize(place, size)) return UNKNOWN_GROUND;
    const drawing = draw(engine, { page, form }, area);
    return withText(engine, page, (text) => {
      const blanks = blankBoxes(engine, { page, text }, area);
      if (isOneColour(drawing, area, blanks)) return { state: 'blank', words: '' };
      return { state: 'covered', words: wordsIn(engine, { page, text }, area) };
    });
  } finally {
    engine.FPDF_ClosePage(page);
  }
}

/** A rectangle of a drawn page, in pixels from its left and upper edge. */
interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly pageWidth: number;
  readonly pageHeight: number;
}

function isOfSize(
  { width, height, share }: PagePlace,
  page: { readonly width: number; readonly height: number },
): boolean {
  if (share === 0) return false;
  const squareMm = (width * height) / share;
  const engineSquareMm = page.width * page.height * MM_OF_POINT ** 2;
  // Places are told in tenths of a millimetre: the smaller the place, the less exact its share.
  const tolerance = SIZE_TOLERANCE + 0.1 / Math.max(0.1, Math.min(width, height));
  return Math.abs(squareMm / engineSquareMm - 1) <= tolerance;
}

const PIXEL_BYTES = 4;
const WHITE = 0xffffffff;
/** Annotations are drawn. */
const FPDF_ANNOT = 1;

/** The pixels of an area, four bytes each, row by row. */
function draw(engine: Pdfium, { page, form }: { readonly page: number; readonly form: number }, area: Area): Buffer {
  const { left, top, width, height, pageWidth, pageHeight } = area;
  const bitmap = engine.FPDFBitmap_Create(width, height, 0);
  try {
    engine.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
    engine.FPDF_RenderPageBitmap(bitmap, page, -left, -top, pageWidth, pageHeight, 0, FPDF_ANNOT);
    engine.FPDF_FFLDraw(form, bitmap, page, -left, -top, pageWidth, pageHeight, 0, FPDF_ANNOT);
    const start = engine.FPDFBitmap_GetBuffer(bitmap);
    const stride = engine.FPDFBitmap_GetStride(bitmap);
    const rows = Array.from({ length: height }, (_each, row) => {
      const at = start + row * stride;
      return engine.pdfium.HEAPU8.subarray(at, at + width * PIXEL_BYTES);
    });
    return Buffer.concat(rows);
  } finally {
    engine.FPDFBitmap_Destroy(bitmap);
  }
}

/** Steps of a colour, of 255, that a scanner's noise makes; printing shows at least twice as many. */
const NOISE = 32;

function isOneColour(pixels: Buffer, { width, height }: Area, blanks: readonly Box[]): boolean {
  let paper: number | undefined;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (blanks.some((box) => x >= box.left && x < box.right && y >= box.top && y < box.bottom)) continue;
      const at = (y * width + x) * PIXEL_BYTES;
      paper ??= at;
      for (let part = 0; part < 3; part += 1) {
        if (Math.abs((pixels[at + part] ?? 0) - (pixels[paper + part] ?? 0)) > NOISE) return false;
      }
    }
  }
  return true;
}

/** In pixels of an area. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface TextOfPage {
  readonly page: number;
  readonly text: number;
}

function withText<T>(engine: Pdfium, page: number, use: (text: number) => T): T {
  const text = engine.FPDFText_LoadPage(page);
  try {
    return use(text);
  } finally {
    engine.FPDFText_ClosePage(text);
  }
}

/** Leader dots and lines to write on: "Số: ……/UBND", "ngày ___ tháng ___". */
const LEADERS: ReadonlySet<number> = new Set(['.', '·', '…', '‥', '_'].map((character) => character.charCodeAt(0)));

/** Characters of a page that are looked at for leaders; a letter has three thousand. */
const MOST_CHARACTERS = 20_000;

/** Places within an area that are there to be written on. */
function blankBoxes(engine: Pdfium, { page, text }: TextOfPage, area: Area): readonly Box[] {
  const count = Math.min(engine.FPDFText_CountChars(text), MOST_CHARACTERS);
  const boxes: Box[] = [];
  for (let index = 0; index < count; index += 1) {
    if (!LEADERS.has(engine.FPDFText_GetUnicode(text, index))) continue;
    const corners = doubles(engine, 4, (l, r, b, t) => engine.FPDFText_GetCharBox(text, index, l, r, b, t));
    if (corners === undefined) continue;
    const [left = 0, right = 0, bottom = 0, top = 0] = corners;
    const [a, b] = [onDrawing(engine, page, area, left, top), onDrawing(engine, page, area, right, bottom)];
    if (a === undefined || b === undefined) continue;
    boxes.push({
      left: Math.min(a.x, b.x) - 1,
      right: Math.max(a.x, b.x) + 2,
      top: Math.min(a.y, b.y) - 1,
      bottom: Math.max(a.y, b.y) + 2,
    });
  }
  return boxes;
}

const DOUBLE_BYTES = 8;

/** Calls what writes numbers where it is told to; undefined where it has none to write. */
function doubles(engine: Pdfium, count: 2 | 4, call: (...pointers: [number, number, number, number]) => boolean) {
  return withBytes(engine, count * DOUBLE_BYTES, (start) => {
    const at = (index: number): number => start + index * DOUBLE_BYTES;
    if (!call(at(0), at(1), at(2), at(3))) return undefined;
    return Array.from({ length: count }, (_each, index) => engine.pdfium.getValue(at(index), 'double'));
  });
}

const INT_BYTES = 4;

/** Where a point of a page is drawn. */
function onDrawing(
  engine: Pdfium,
  page: number,
  area: Area,
  x: number,
  y: number,
): { x: number; y: number } | undefined {
  return withBytes(engine, 2 * INT_BYTES, (start) => {
    const { left, top, pageWidth, pageHeight } = area;
    const isPlaced = engine.FPDF_PageToDevice(
      page,
      -left,
      -top,
      pageWidth,
      pageHeight,
      0,
      x,
      y,
      start,
      start + INT_BYTES,
    );
    if (!isPlaced) return undefined;
    return { x: engine.pdfium.getValue(start, 'i32'), y: engine.pdfium.getValue(start + INT_BYTES, 'i32') };
  });
}

/** The words of a page in an area, on one line. */
function wordsIn(engine: Pdfium, { page, text }: TextOfPage, area: Area): string {
  const { left, top, width, height, pageWidth, pageHeight } = area;
  const corner = (x: number, y: number) =>
    doubles(engine, 2, (a, b) => engine.FPDF_DeviceToPage(page, -left, -top, pageWidth, pageHeight, 0, x, y, a, b)) ?? [
      0, 0,
    ];
  const [[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]] = [corner(0, 0), corner(width, height)];
  const box = [Math.min(x1, x2), Math.max(y1, y2), Math.max(x1, x2), Math.min(y1, y2)] as const;
  return withBytes(engine, 2 * WORDS_TOLD, (pointer) => {
    const units = engine.FPDFText_GetBoundedText(text, ...box, pointer, WORDS_TOLD);
    const bytes = engine.pdfium.HEAPU8.slice(pointer, pointer + 2 * Math.min(units, WORDS_TOLD));
    return Buffer.from(bytes)
      .toString('utf16le')
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim();
  });
}

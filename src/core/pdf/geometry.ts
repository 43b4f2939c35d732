// Where a rectangle of a page is seen: within the crop box, turned as the page is turned, in millimetres.

import type { PagePlace } from './addition.ts';
import type { PdfValue } from './values.ts';
import { isArray } from './values.ts';
import type { PdfView } from './view.ts';

/** `[left, bottom, right, top]` in default user space. */
export type Box = readonly [number, number, number, number];

/** The part of a page that people see. */
export interface VisiblePage {
  /** Counted from 1. */
  readonly page: number;
  readonly box: Box;
  /** 0, 90, 180 or 270, clockwise. */
  readonly rotation: number;
  /** Points in a unit of user space. */
  readonly unit: number;
}

const MM_OF_POINT = 25.4 / 72;

/** A rectangle of four numbers, its corners in order; undefined where it is none. */
export function boxOf(view: PdfView, value: PdfValue | undefined): Box | undefined {
  const box = view.resolve(value);
  if (!isArray(box) || box.length !== 4) return undefined;
  const [a, b, c, d] = box.map((side) => view.resolve(side));
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number')
    return undefined;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** What both boxes cover; of no area where they do not meet. */
export function intersection(a: Box, b: Box): Box {
  const [left, bottom] = [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  return [left, bottom, Math.max(left, Math.min(a[2], b[2])), Math.max(bottom, Math.min(a[3], b[3]))];
}

export function areaOf([left, bottom, right, top]: Box): number {
  return (right - left) * (top - bottom);
}

/** Where a rectangle stands on a page; undefined where the page shows none of it. */
export function placeOnPage({ page, box, rotation, unit }: VisiblePage, rectangle: Box): PagePlace | undefined {
  const seen = intersection(box, rectangle);
  const area = areaOf(seen);
  if (area <= 0) return undefined;
  const [left, bottom, right, top] = [seen[0] - box[0], seen[1] - box[1], box[2] - seen[2], box[3] - seen[3]];
  // The distances from the left and the upper edge once the page is turned clockwise.
  const [x, y] = { 0: [left, top], 90: [bottom, left], 180: [right, bottom], 270: [top, right] }[rotation] ?? [
    left,
    top,
  ];
  const isTurned = rotation % 180 !== 0;
  const [across, up] = [seen[2] - seen[0], seen[3] - seen[1]];
  const mm = (points: number): number => Math.round(points * unit * MM_OF_POINT * 10) / 10;
  return {
    page,
    left: mm(x ?? 0),
    top: mm(y ?? 0),
    width: mm(isTurned ? up : across),
    height: mm(isTurned ? across : up),
    share: area / areaOf(box),
  };
}

// The plan of the house. A hall is a folder. Its rooms are what lies in it: a file, or a folder with all that is below it.
// An arrow leads from a room to another that it imports. A floor stands above all floors that its rooms have arrows to.

import path from 'node:path';

/** What a file is called, and the files that it imports. */
export interface Importer {
  readonly file: string;
  readonly imports: readonly string[];
}

export interface Hall {
  readonly hall: string;
  readonly rooms: readonly string[];
  /** From a room to the rooms it needs. */
  readonly arrows: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface Plan {
  readonly hall: string;
  readonly rooms: number;
  readonly arrows: number;
  readonly floors: number;
  /** Arrows that no order of the rooms lets point downwards. */
  readonly upwards: readonly Arrow[];
  readonly mutual: readonly Arrow[];
}

export type Arrow = readonly [from: string, to: string];

export function hallOf(hall: string, files: readonly Importer[]): Hall {
  const inside = `${hall}/`;
  const roomOf = (file: string): string => inside + (file.slice(inside.length).split('/')[0] ?? '');
  const arrows = new Map<string, Set<string>>();
  for (const { file, imports } of files) {
    if (!file.startsWith(inside)) continue;
    const needs = arrows.get(roomOf(file)) ?? new Set<string>();
    arrows.set(roomOf(file), needs);
    for (const target of imports)
      if (target.startsWith(inside) && roomOf(target) !== roomOf(file)) needs.add(roomOf(target));
  }
  return { hall, rooms: [...arrows.keys()].sort(), arrows };
}

/** Every folder that holds sources, and every folder above one. */
export function hallsOf(files: readonly Importer[]): readonly Hall[] {
  const halls = new Set<string>();
  for (const { file } of files)
    for (let folder = path.posix.dirname(file); folder !== '.'; folder = path.posix.dirname(folder)) halls.add(folder);
  return [...halls].sort().map((hall) => hallOf(hall, files));
}

/** Rooms of one hall that need each other, each pair once. */
export function mutualPairs({ arrows }: Hall): readonly Arrow[] {
  return arrowsOf(arrows).filter(([from, to]) => from < to && arrows.get(to)?.has(from) === true);
}

export function planOf(hall: Hall): Plan {
  const order = bestOrder(hall);
  const upwards = arrowsOf(hall.arrows).filter(([from, to]) => (order.get(from) ?? 0) > (order.get(to) ?? 0));
  return {
    hall: hall.hall,
    rooms: hall.rooms.length,
    arrows: arrowsOf(hall.arrows).length,
    floors: floorsOf(hall, upwards),
    upwards,
    mutual: mutualPairs(hall),
  };
}

function arrowsOf(arrows: Hall['arrows']): readonly Arrow[] {
  return [...arrows].flatMap(([from, needs]) => [...needs].map((to) => [from, to] as const));
}

/**
 * The rooms from above to below, so that few arrows point upwards: rooms that no room needs come next from above, rooms
 * that need none next from below, and where each needs another, the one that needs most and is needed least goes above
 * (Eades, Lin and Smyth).
 */
function bestOrder({ rooms, arrows }: Hall): ReadonlyMap<string, number> {
  const left = new Set(rooms);
  const needs = (room: string): number => [...(arrows.get(room) ?? [])].filter((other) => left.has(other)).length;
  const needed = (room: string): number => [...left].filter((other) => arrows.get(other)?.has(room) === true).length;
  const above: string[] = [];
  const below: string[] = [];
  while (left.size > 0) {
    const open = [...left];
    const lowest = open.find((room) => needs(room) === 0);
    const highest = open.find((room) => needed(room) === 0);
    const next = lowest ?? highest ?? open.reduce((best, room) => (surplus(room) > surplus(best) ? room : best));
    if (lowest === undefined) above.push(next);
    else below.unshift(next);
    left.delete(next);
  }
  return new Map([...above, ...below].map((room, index) => [room, index]));

  function surplus(room: string): number {
    return needs(room) - needed(room);
  }
}

function floorsOf({ rooms, arrows }: Hall, upwards: readonly Arrow[]): number {
  const ignored = new Set(upwards.map((arrow) => arrow.join(' ')));
  const heights = new Map<string, number>();
  const height = (room: string): number => {
    const known = heights.get(room);
    if (known !== undefined) return known;
    const below = [...(arrows.get(room) ?? [])].filter((other) => !ignored.has(`${room} ${other}`));
    const found = 1 + Math.max(0, ...below.map(height));
    heights.set(room, found);
    return found;
  };
  return Math.max(0, ...rooms.map(height));
}

/** Folders with more than `limit` files of any kind directly in them. */
export function crowdedFolders(files: readonly string[], limit: number): readonly (readonly [string, number])[] {
  return [...filesByFolder(files)].filter(([, count]) => count > limit);
}

export function filesByFolder(files: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return counts;
}

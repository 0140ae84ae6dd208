/** A place in the matrix: row and column, from 0. */
export interface Place {
  row: number;
  column: number;
}
export interface Range {
  from: Place;
  to: Place;
}

const between = (a: number, b: number): number[] =>
  Array.from({ length: Math.abs(a - b) + 1 }, (_, i) => Math.min(a, b) + i);

/** Every place of the rectangle between the two corners. */
export function placesOf({ from, to }: Range): Place[] {
  return between(from.row, to.row).flatMap((row) => between(from.column, to.column).map((column) => ({ row, column })));
}

export function inRange(place: Place, { from, to }: Range): boolean {
  return (
    place.row >= Math.min(from.row, to.row) &&
    place.row <= Math.max(from.row, to.row) &&
    place.column >= Math.min(from.column, to.column) &&
    place.column <= Math.max(from.column, to.column)
  );
}

/** Where a key leads; null for keys that move nothing. Never outside. */
export function moved(place: Place, key: string, rows: number, columns: number): Place | null {
  const steps: Record<string, [number, number]> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -columns],
    End: [0, columns],
    PageUp: [-rows, 0],
    PageDown: [rows, 0],
  };
  const step = steps[key];
  if (!step) return null;
  const keep = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
  return { row: keep(place.row + step[0], rows), column: keep(place.column + step[1], columns) };
}

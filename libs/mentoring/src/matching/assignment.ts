import munkres from 'munkres';

/**
 * Gives as many rows as possible one column each, and among all such ways the one that costs least.
 *
 * The Hungarian method (Kuhn 1955, Munkres 1957) as the library `munkres` has it, O(rows² × places): a column of capacity c
 * becomes c places, and each row has a place of its own that stands for "nobody", dearer than any real assignment, so
 * the table always has an answer and a forbidden cell is never part of it.
 *
 * @param cost per row and column a whole number from 0; null where the two must not come together
 * @param capacity how many rows a column takes
 * @param extra what the nth row of a column costs besides (n from 0); must not fall with n
 * @returns the column of each row; null for a row that gets none
 */
export function assign(
  cost: readonly (readonly (number | null)[])[],
  capacity: readonly number[],
  extra: (column: number, n: number) => number = () => 0,
): (number | null)[] {
  const n = cost.length;
  if (n === 0) return [];
  // More places than rows can't be taken.
  const places = capacity.flatMap((c, column) =>
    Array.from({ length: Math.min(Math.max(c, 0), n) }, (_, k) => ({ column, extra: extra(column, k) })),
  );
  let dearest = 0;
  for (const row of cost)
    for (const place of places) dearest = Math.max(dearest, (row[place.column] ?? 0) + place.extra);
  const nobody = (dearest + 1) * n + 1;
  const forbidden = nobody * 2;
  const width = places.length + n;
  const table = cost.map((row) => {
    const line = new Float64Array(width).fill(nobody);
    for (let i = 0; i < places.length; i += 1) {
      const place = places[i] as (typeof places)[number];
      const own = row[place.column];
      line[i] = own === null || own === undefined ? forbidden : own + place.extra;
    }
    return line;
  });
  const answer: (number | null)[] = cost.map(() => null);
  for (const [row, at] of munkres(table)) answer[row] = places[at]?.column ?? null;
  return answer;
}

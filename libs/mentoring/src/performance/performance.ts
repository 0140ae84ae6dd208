/** Who may become a mentor by performance: the best fifth of a department. */
export const TOP_SHARE = 0.2;

export interface Figure {
  personId: string;
  departmentId: string | null;
  figure: number;
}

export interface Standing {
  /** 1 is the best; the same figure shares the better rank. */
  rank: number;
  of: number;
  top: boolean;
}

/** Ranks everybody within the department. At least one of each department is among its best. */
export function standings(figures: readonly Figure[], share: number = TOP_SHARE): Map<string, Standing> {
  const departments = new Map<string | null, Figure[]>();
  for (const f of figures) departments.set(f.departmentId, [...(departments.get(f.departmentId) ?? []), f]);
  const out = new Map<string, Standing>();
  for (const list of departments.values()) {
    const sorted = [...list].sort((a, b) => b.figure - a.figure);
    let rank = 0;
    sorted.forEach((f, i) => {
      if (i === 0 || sorted[i - 1]?.figure !== f.figure) rank = i + 1;
      out.set(f.personId, { rank, of: sorted.length, top: rank - 1 < sorted.length * share });
    });
  }
  return out;
}

export type PerformanceField = 'employeeNumber' | 'figure';

const HEADINGS: Record<PerformanceField, readonly string[]> = {
  employeeNumber: ['工号', '员工编号', '工號', '員工編號', 'employee number', 'employee no', 'employee id', 'number'],
  figure: ['绩效', '绩效分', '绩效得分', '业绩', '績效', '績效分', '業績', 'performance', 'figure', 'score', 'result'],
};
const plain = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[\s_.:：-]+/g, ' ')
    .trim();

/** Where the two columns stand; null where no heading is one of theirs. */
export function columnsOf(headings: readonly string[]): Record<PerformanceField, number | null> {
  const at = (field: PerformanceField): number | null => {
    const i = headings.findIndex((h) => HEADINGS[field].includes(plain(h)));
    return i === -1 ? null : i;
  };
  return { employeeNumber: at('employeeNumber'), figure: at('figure') };
}

/** 1,234.5, 86 % and １２ are numbers; null for anything else. */
export function figureOf(text: string): number | null {
  const clean = text.normalize('NFKC').replace(/[\s,%]/g, '');
  if (!/^[-+]?\d+(\.\d+)?$/.test(clean)) return null;
  const n = Number(clean);
  return Number.isFinite(n) && Math.abs(n) < 1e12 ? n : null;
}

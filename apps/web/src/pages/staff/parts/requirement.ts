/** One thing a certificate asks for, as it is edited. */
export interface RequirementDoc {
  kind: string;
  code: string | null;
  title: string;
  hours: number | null;
}

type Asked = { kind: string; code?: string | null; title: string; need: number };

export const toRequirements = (list: readonly Asked[]): RequirementDoc[] =>
  list.map((r) => ({
    kind: r.kind,
    code: r.code ?? null,
    title: r.title,
    hours: r.kind === 'hours' ? r.need : null,
  }));

import { Injectable } from '@nestjs/common';
import { rows, type Tx } from '@waymark/platform';
import { PositionKindModel, type EmploymentModel, type PositionModel } from './person.model.js';

/** Where people have worked: employments and positions, newest first. */
@Injectable()
export class Employments {
  async employmentsOf(tx: Tx, personIds: readonly string[]): Promise<Map<string, EmploymentModel[]>> {
    const found = await rows<EmploymentModel & { personId: string }>(
      tx,
      `select person_id as "personId", id, hire_date as "hireDate", from_day as "fromDay", to_day as "toDay" from employment
       where person_id = any ($1::uuid[]) order by from_day desc`,
      [personIds],
    );
    return grouped(personIds, found);
  }

  async positionsOf(tx: Tx, personIds: readonly string[]): Promise<Map<string, PositionModel[]>> {
    const found = await rows<Omit<PositionModel, 'kind'> & { personId: string; kind: 'primary' | 'dotted' }>(
      tx,
      `select person_id as "personId", id, kind, org_unit_id as "orgUnitId", job_role_id as "jobRoleId", manager_id as "managerId",
              from_day as "fromDay", to_day as "toDay"
       from position where person_id = any ($1::uuid[]) order by from_day desc, kind`,
      [personIds],
    );
    return grouped(
      personIds,
      found.map((p) => ({ ...p, kind: PositionKindModel[p.kind] })),
    );
  }
}

function grouped<T extends { personId: string }>(personIds: readonly string[], list: readonly T[]): Map<string, T[]> {
  const out = new Map<string, T[]>(personIds.map((id) => [id, []]));
  for (const item of list) out.get(item.personId)?.push(item);
  return out;
}

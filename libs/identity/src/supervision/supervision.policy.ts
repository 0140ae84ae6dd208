import { Forbidden } from '@waymark/kernel';

/** L&D may tie two people together only when both are inside its scope. @throws Forbidden */
export function checkSupervisionScope(inScope: { supervisor: boolean; person: boolean }): void {
  if (!inScope.supervisor || !inScope.person) throw new Forbidden('person-outside-scope');
}

import { Forbidden } from '@waymark/kernel';

/** Nobody hands out or takes away their own permissions: a second administrator does. @throws Forbidden */
export function checkGrantOfOthers(actorId: string, personId: string): void {
  if (actorId === personId) throw new Forbidden('grant-to-self');
}

import { z } from 'zod';

/** A bad environment variable; the message names it and says what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface Config<T> {
  (): T;
  readonly name: string;
}

const known: { name: string; check: () => void; forget: () => void }[] = [];
let environment: Record<string, string | undefined> = process.env;

/**
 * Declares the settings of one lib. The returned function gives the validated values; it reads the environment once.
 * @param shape zod shape keyed by environment variable name
 * @throws ConfigError at first use or at `checkConfig()`
 */
export function defineConfig<S extends z.ZodRawShape>(name: string, shape: S): Config<z.output<z.ZodObject<S>>> {
  type Values = z.output<z.ZodObject<S>>;
  const schema = z.object(shape);
  let values: Values | undefined;
  const read = (): Values => {
    if (values) return values;
    const given: Record<string, string> = {};
    for (const key of Object.keys(shape)) {
      const value = environment[key];
      if (value !== undefined && value !== '') given[key] = value;
    }
    const parsed = schema.safeParse(given);
    if (!parsed.success) {
      const lines = parsed.error.issues.map((i) => `  ${i.path.join('.')}: ${i.message}`);
      throw new ConfigError(`These settings can't be used:\n${lines.join('\n')}`);
    }
    values = parsed.data;
    return values;
  };
  known.push({ name, check: () => void read(), forget: () => (values = undefined) });
  return Object.assign(read, { configName: name }) as unknown as Config<Values>;
}

/** Reads every declared setting so that a bad value stops the start and not the first request. */
export function checkConfig(): void {
  for (const c of known) c.check();
}

/** Replaces the environment; for tests and for the start command, which fills in what it started itself. */
export function useEnvironment(env: Record<string, string | undefined>): void {
  environment = env;
  for (const c of known) c.forget();
}

/** The environment with `more` over it, for a process started from this one. */
export function environmentWith(more: Record<string, string | undefined>): NodeJS.ProcessEnv {
  return { ...environment, ...more };
}

export const booleanSetting = z.enum(['0', '1', 'true', 'false']).transform((v) => v === '1' || v === 'true');

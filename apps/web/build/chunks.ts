interface Info {
  code: string | null;
  importedIds: string[];
}
interface Context {
  getModuleInfo(id: string): Info | null;
}

const BARREL = /libs[\\/]web-ui[\\/]src[\\/]index\.ts$/;

/** `WmButton` → the id of its module. */
function barrelTargets(barrel: Info): (name: string) => string | undefined {
  return (name) => barrel.importedIds.find((id) => new RegExp(`[\\\\/]${name}\\.vue`).test(id));
}

/**
 * Everything the entry imports statically. Through the barrel of web-ui only the components somebody in it names:
 * following all its exports would put tables and editors into the first script.
 */
export function staticClosure(entry: string, context: Context): Set<string> {
  const seen = new Set<string>();
  const queue = [entry];
  while (queue.length > 0) {
    const id = queue.pop()!;
    if (seen.has(id)) continue;
    seen.add(id);
    const info = context.getModuleInfo(id);
    if (!info) continue;
    for (const next of info.importedIds) {
      if (!BARREL.test(next)) {
        queue.push(next);
        continue;
      }
      seen.add(next);
      const barrel = context.getModuleInfo(next);
      if (!barrel) continue;
      const target = barrelTargets(barrel);
      const names = [...(info.code ?? '').matchAll(/import\s*{([^}]*)}\s*from\s*["']@waymark\/web-ui["']/g)]
        .flatMap((match) => match[1]!.split(','))
        .map((name) => name.trim().split(/\s+as\s+/)[0]!);
      for (const name of names) {
        const found = target(name);
        if (found) queue.push(found);
      }
      // Functions and constants stand in plain modules, which are small.
      for (const other of barrel.importedIds) if (/\.ts$/.test(other) && !/glyphs\.ts$/.test(other)) queue.push(other);
    }
  }
  return seen;
}

/** Names the chunk of a module of the first page: packages, which change seldom, apart from the app itself. */
export function firstPageChunks(entry: string): (id: string, context: Context) => string | null {
  let closure: Set<string> | null = null;
  return (id, context) => {
    closure ??= staticClosure(entry, context);
    if (!closure.has(id)) return null;
    return id.includes('node_modules') ? 'vendor' : 'app';
  };
}

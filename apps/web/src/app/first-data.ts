type FirstData = Record<string, { data?: unknown } | undefined>;

let inlined: FirstData | null = null;

function read(): FirstData {
  if (inlined) return inlined;
  const element = document.getElementById('waymark-data');
  try {
    inlined = element?.textContent ? (JSON.parse(element.textContent) as FirstData) : {};
  } catch {
    inlined = {};
  }
  return inlined;
}

/** The language of the person the page was made for, before anything has been asked. */
export function firstDataLocale(): string | null {
  const found = read()['Viewer']?.data as { viewer?: { locale?: string } | null } | undefined;
  return found?.viewer?.locale ?? null;
}

/** The answer the page came with for an operation, once: a later request must see the present. */
export function takeFirstData(operation: string): unknown {
  const all = read();
  const found = all[operation];
  delete all[operation];
  if (found === undefined || found === null) return undefined;
  return 'data' in found ? found.data : found;
}

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads the text format of Prometheus: `name{label="value"} 12`. */
export function readMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line);
    if (!found) return [];
    const [, name = '', inside = '', number = ''] = found;
    const value = Number(number);
    if (Number.isNaN(value)) return [];
    const labels: Record<string, string> = {};
    for (const [, key = '', word = ''] of inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[key] = word;
    return [{ name, labels, value }];
  });
}

export function sumOf(samples: readonly Sample[], name: RegExp, labels: Record<string, string>): number {
  return samples
    .filter((s) => name.test(s.name) && Object.entries(labels).every(([key, value]) => s.labels[key] === value))
    .reduce((sum, s) => sum + s.value, 0);
}

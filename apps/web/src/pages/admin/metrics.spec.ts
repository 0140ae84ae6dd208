import { describe, expect, it } from 'vitest';
import { readMetrics, sumOf } from './metrics.js';

const text = `# HELP queue_depth Jobs by state
# TYPE queue_depth gauge
waymark_queue_depth{queue="mail",state="waiting"} 3
waymark_queue_depth{queue="jobs",state="waiting"} 4
waymark_queue_depth{queue="jobs",state="failed"} 1
process_resident_memory_bytes 1.5e+8
broken NaN
`;

describe('metrics', () => {
  it('reads names, labels and numbers, and leaves out what is none', () => {
    expect(readMetrics(text)).toHaveLength(4);
    expect(readMetrics(text)[0]).toEqual({
      name: 'waymark_queue_depth',
      labels: { queue: 'mail', state: 'waiting' },
      value: 3,
    });
  });

  it('adds up what has the asked labels', () => {
    const samples = readMetrics(text);
    expect(sumOf(samples, /queue_depth$/, { state: 'waiting' })).toBe(7);
    expect(sumOf(samples, /queue_depth$/, { queue: 'jobs', state: 'failed' })).toBe(1);
    expect(sumOf(samples, /nothing/, {})).toBe(0);
  });
});

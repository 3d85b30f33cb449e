import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buckets, count, type Metric, selector, sum } from '../../../lib/components/observability/metric';
import { haproxyMetrics } from '../../../lib/components/observability/metrics/haproxy';
import {
  INFERENCE_FAILURES,
  INFERENCE_OUTCOMES,
  inferenceMetrics,
} from '../../../lib/components/observability/metrics/inference';
import { kafkaMetrics } from '../../../lib/components/observability/metrics/kafka';
import { minioMetrics } from '../../../lib/components/observability/metrics/minio';
import {
  processMetrics,
  prometheusMetrics,
  pythonMetrics,
  targetMetrics,
} from '../../../lib/components/observability/metrics/process';
import {
  balancerRecords,
  inferenceRecords,
  pipelineRecords,
} from '../../../lib/components/observability/metrics/recorded';
import { anyOf, quoted } from '../../../lib/components/observability/promql';

describe('a selector', () => {
  it('is the name alone, or with what its labels must be', () => {
    expect(selector(targetMetrics.up)).toBe('up');
    expect(selector(targetMetrics.up, { job: 'api', namespace: undefined })).toBe('up{job="api"}');
    expect(selector(inferenceMetrics.outcomes, { job: 'api', outcome: /a|b/ })).toBe(
      'inference_jobs_outcome_total{job="api",outcome=~"a|b"}',
    );
  });

  it('names the three kinds of series of a histogram', () => {
    const { latency } = inferenceMetrics;
    expect(buckets(latency, { le: '0.5' })).toBe('inference_latency_seconds_bucket{le="0.5"}');
    expect(count(latency)).toBe('inference_latency_seconds_count');
    expect(sum(latency, { job: 'api' })).toBe('inference_latency_seconds_sum{job="api"}');
  });

  it('does not compile with a label that the metric does not have', () => {
    // @ts-expect-error partitions have no outcome
    selector(kafkaMetrics.partitions, { outcome: 'success' });
  });

  it('quotes any text, so that it is read as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(printable(quoted(text)))).toBe(text);
      }),
    );
  });

  it('matches exactly the texts that it is given', () => {
    const texts = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(texts, fc.string(), (given, other) => {
        const matches = (text: string) => new RegExp(`^(?:${anyOf(given).source})$`).test(text);
        expect(given.every(matches)).toBe(true);
        expect(matches(other)).toBe(given.includes(other));
      }),
    );
  });
});

/** What JSON escapes and PromQL does not have to. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

describe('the metrics', () => {
  const all: Metric[] = [
    ...[
      inferenceMetrics,
      haproxyMetrics,
      kafkaMetrics,
      minioMetrics,
      inferenceRecords,
      balancerRecords,
      pipelineRecords,
    ],
    ...[targetMetrics, processMetrics, pythonMetrics, prometheusMetrics],
  ].flatMap((metrics) => Object.values<Metric>(metrics));

  it('have names of their own, which Prometheus takes', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name } of all) expect(name).toMatch(/^[a-z][a-z0-9_:]*$/);
  });

  it('know how a forecast can end, and whose fault it is', () => {
    const failures = INFERENCE_OUTCOMES.filter((outcome) =>
      new RegExp(`^(${INFERENCE_FAILURES.source})$`).test(outcome),
    );
    expect(failures).toEqual(INFERENCE_OUTCOMES.slice(2));
  });

  it('that only grow are called so', () => {
    for (const { name, type } of all) if (type === 'counter') expect(name).toMatch(/_total$/);
  });

  it('do not have the labels of targets, and say what they count', () => {
    for (const { labels, help } of all) {
      expect(labels).not.toEqual(expect.arrayContaining(['job']));
      expect(labels).not.toContain('instance');
      expect(help).not.toBe('');
    }
  });
});

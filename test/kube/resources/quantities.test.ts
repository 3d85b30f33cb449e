import { Size } from 'cdk8s';
import { Cpu, k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cpuMillis,
  cpuString,
  quantities,
  requireCpu,
  requireSize,
  resourceAmounts,
  sizeBytes,
  sizeString,
} from '../../../lib/kube/resources/quantities';

describe('a size', () => {
  it.each([
    ['5Gi', Size.gibibytes(5)],
    ['1Gi', Size.mebibytes(1024)],
    ['1536Mi', Size.mebibytes(1536)],
    ['1Mi', Size.kibibytes(1024)],
    ['3Ki', Size.kibibytes(3)],
    ['2Ti', Size.tebibytes(2)],
    ['1Pi', Size.pebibyte(1)],
    ['2Ei', Size.pebibyte(2048)],
    ['0Ki', Size.kibibytes(0)],
  ])('is written %s, in the largest unit that divides it', (written, size) => {
    expect(sizeString(size)).toBe(written);
  });

  it('is written in one way only, and means what was given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (kibibytes) => {
        const written = sizeString(Size.kibibytes(kibibytes));
        expect(bytesOf(written)).toBe(kibibytes * 1024);
        expect(canonical(written)).toBe(true);
        expect(sizeBytes(Size.kibibytes(kibibytes))).toBe(bytesOf(written));
      }),
    );
  });

  it('is the same text from whatever unit it was given in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 20 }), (gibibytes) => {
        expect(sizeString(Size.mebibytes(gibibytes * 1024))).toBe(sizeString(Size.gibibytes(gibibytes)));
      }),
    );
  });

  it.each([
    ['nothing', Size.gibibytes(0), '0Gi'],
    ['half a KiB', Size.kibibytes(0.5), '0.5Ki'],
  ])('fails for %s', (_, size, shown) => {
    expect(() => requireSize('dev', 'storage', size)).toThrow(
      `dev: 'storage' must be a positive whole number of KiB, got '${shown}'`,
    );
  });
});

describe('CPU', () => {
  it.each([
    ['2', Cpu.millis(2000)],
    ['2', Cpu.units(2)],
    ['250m', Cpu.millis(250)],
    ['500m', Cpu.units(0.5)],
    ['70m', Cpu.units(0.07)],
    ['1500m', Cpu.units(1.5)],
    ['1k', Cpu.units(1000)],
    ['1001', Cpu.units(1001)],
  ])('is written %s, in whole cores where it is whole', (written, cpu) => {
    expect(cpuString(cpu)).toBe(written);
  });

  it('is written in one way only, and means what was given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (millis) => {
        const written = cpuString(Cpu.millis(millis));
        expect(cpuString(Cpu.units(millis / 1000))).toBe(written);
        const unit = { m: 1, k: 1_000_000 }[written.at(-1) ?? ''] ?? 1000;
        expect(Number.parseInt(written, 10) * unit).toBe(millis);
        expect(written).not.toMatch(/000m?$/);
        expect(cpuMillis(Cpu.millis(millis))).toBe(millis);
      }),
    );
  });

  it.each([
    ['nothing', Cpu.millis(0), '0m'],
    ['a part of a millicore', Cpu.units(0.0001), '0.0001'],
    ['less than nothing', Cpu.millis(-5), '-5m'],
    ['no number', Cpu.units(Number.NaN), 'NaN'],
  ])('fails for %s', (_, cpu, shown) => {
    expect(() => requireCpu('dev', 'cpu', cpu)).toThrow(
      `dev: 'cpu' must be a positive whole number of millicores, got '${shown}'`,
    );
  });
});

describe('resources', () => {
  const requests = { cpu: Cpu.units(1), memory: Size.gibibytes(1) };

  it('are written with a limit on memory, and on CPU only where one is given', () => {
    expect(resourceAmounts('dev', 'resources', { requests, limits: { memory: Size.gibibytes(2) } })).toEqual({
      requests: { cpu: '1', memory: '1Gi' },
      limits: { memory: '2Gi' },
    });
    expect(resourceAmounts('dev', 'resources', { requests, limits: requests })).toEqual({
      requests: { cpu: '1', memory: '1Gi' },
      limits: { cpu: '1', memory: '1Gi' },
    });
  });

  it('fails where memory is requested beyond its limit', () => {
    expect(() => resourceAmounts('dev', 'resources', { requests, limits: { memory: Size.mebibytes(512) } })).toThrow(
      "dev: 'resources.requests.memory' must be at most the limit of 512Mi, got '1Gi'",
    );
  });

  it('fails where CPU is requested beyond its limit', () => {
    const limits = { cpu: Cpu.millis(500), memory: Size.gibibytes(1) };
    expect(() => resourceAmounts('dev', 'resources', { requests, limits })).toThrow(
      "dev: 'resources.requests.cpu' must be at most the limit of 500m, got '1'",
    );
  });

  it.each([
    ['requests.cpu', { requests: { ...requests, cpu: Cpu.millis(0) }, limits: requests }],
    ['limits.cpu', { requests, limits: { ...requests, cpu: Cpu.millis(0) } }],
  ])('fails for %s of nothing', (prop, given) => {
    expect(() => resourceAmounts('dev', 'resources', given)).toThrow(
      `dev: 'resources.${prop}' must be a positive whole number of millicores, got '0m'`,
    );
  });

  it.each([
    ['requests.memory', { requests: { ...requests, memory: Size.mebibytes(0) }, limits: requests }],
    ['limits.memory', { requests, limits: { memory: Size.mebibytes(0) } }],
  ])('fails for %s of nothing', (prop, given) => {
    expect(() => resourceAmounts('dev', 'resources', given)).toThrow(
      `dev: 'resources.${prop}' must be a positive whole number of KiB, got '0Mi'`,
    );
  });
});

it('amounts are quantities of an L1, from whose output raw strings vanish', () => {
  expect(quantities({ cpu: '1' })).toEqual({ cpu: k8s.Quantity.fromString('1') });
});

function bytesOf(written: string): number {
  const [, amount, unit] = /^(\d+)([KMGTP])i$/.exec(written) ?? [];
  return Number(amount) * 1024 ** ('KMGTP'.indexOf(unit ?? '') + 1);
}

/** No larger unit would do. */
function canonical(written: string): boolean {
  return written.endsWith('Pi') || Number.parseInt(written, 10) % 1024 !== 0;
}

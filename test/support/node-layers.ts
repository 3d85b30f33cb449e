import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './sources';

/** Programs that `.ci/install-node-images` makes of packages, as the images of the real node have them. */
export class NodeLayers {
  private readonly changes = mkdtempSync(join(tmpdir(), 'node-layers-'));

  constructor(private readonly bases: readonly string[]) {}

  /** What starts a program in a root of these layers; each keeps what it writes to itself. */
  prefix(name: string): readonly string[] {
    return [join(root, '.ci/node/in-layer'), join(this.changes, name), ...this.bases, '--'];
  }

  destroy(): void {
    rmSync(this.changes, { recursive: true, force: true });
  }
}

/**
 * The root of these layers, the lowest first, on Debian.
 * @returns the reason where there is none
 */
export function findLayers(...names: readonly string[]): { readonly create: () => NodeLayers } | string {
  const bases = [trixie(), ...names.map(layer)];
  const missing = bases.find((base) => !existsSync(base));
  if (missing !== undefined) return `${missing} is missing: .ci/install-node-images makes it`;
  if (process.getuid?.() !== 0) return `only root can start programs of ${names.join(', ')}`;
  return { create: () => new NodeLayers(bases) };
}

/** Static programs of a layer. @returns the reason where there are none */
export function findPrograms<K extends string>(
  name: string,
  ...programs: readonly K[]
): Readonly<Record<K, string>> | string {
  const paths = programs.map((program) => [program, join(layer(name), 'usr/bin', program)] as const);
  const missing = paths.find(([, path]) => !existsSync(path));
  if (missing !== undefined) return `${missing[1]} is missing: .ci/install-node-images makes it`;
  return Object.fromEntries(paths) as Record<K, string>;
}

function trixie(): string {
  return resolve(process.env.TRIXIE_ROOT || '.tools/trixie');
}

function layer(name: string): string {
  return join(root, '.tools/node/layers', name);
}

import { Size, SizeRoundingBehavior } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { type ErrorLocation, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireDnsLabel, requireDnsSubdomain, requireKeyName } from '../objects/names';
import { sizeString } from '../resources/quantities';
import type { SecretRef } from '../secrets/secrets';

/** A ConfigMap or a Secret that pods read. */
export interface ConfigSource {
  /** `metadata.name`. */
  readonly name: string;
  /**
   * Checksum of its content; pods that read it are rolled when it changes.
   * @default - the content is not known here and pods are not rolled
   */
  readonly checksum?: string;
  /** Content of a ConfigMap by key. @default - not known here */
  readonly data?: Readonly<Record<string, string>>;
}

/** One key of a ConfigMap or a Secret as a file. */
export interface VolumeItem {
  readonly key: string;
  readonly path: string;
}

export interface ConfigVolumeOptions {
  /** @default - every key becomes a file of its name */
  readonly items?: readonly VolumeItem[];
  /** File mode, `0o555` for scripts. @default 0o444 */
  readonly defaultMode?: number;
  /** Whether a change of the content rolls the pod. @default true */
  readonly rollOnChange?: boolean;
}

/** A volume of a pod. A container mounts the object itself, so there is no volume that is mounted and not declared. */
export class Volume {
  /**
   * An empty directory that lives as long as the pod. A pod that puts more into it than `sizeLimit`, 1Gi by default, is
   * evicted; in memory, what it holds counts as memory of the container, and writing more fails.
   */
  static scratch(name: string, options: { readonly sizeLimit?: Size; readonly inMemory?: boolean } = {}): Volume {
    requireKnownProps('Volume.scratch()', { name, options }, 'name options:object');
    requireKnownProps('Volume.scratch()', options, 'sizeLimit?:Size inMemory?:boolean', 'options');
    const { sizeLimit = Size.gibibytes(1), inMemory = false } = options;
    const emptyDir = {
      sizeLimit: k8s.Quantity.fromString(limitString(sizeLimit)),
      medium: inMemory ? 'Memory' : undefined,
    };
    return new Volume(name, { name, emptyDir });
  }

  /** The keys of a ConfigMap as files. */
  static configMap(name: string, source: ConfigSource, options: ConfigVolumeOptions = {}): Volume {
    const configMap = { name: source?.name, ...files('Volume.configMap()', name, source, options) };
    const { rollOnChange = true } = options;
    return new Volume(name, { name, configMap }, rollOnChange ? source : undefined);
  }

  /** The keys of a Secret as files. */
  static secret(name: string, source: SecretRef, options: ConfigVolumeOptions = {}): Volume {
    const secret = { secretName: source?.name, ...files('Volume.secret()', name, source, options) };
    const { rollOnChange = true } = options;
    return new Volume(name, { name, secret }, rollOnChange ? source : undefined);
  }

  /** A PersistentVolumeClaim that exists already. */
  static claim(name: string, claimName: string): Volume {
    requireKnownProps('Volume.claim()', { name, claimName }, 'name claimName');
    return new Volume(name, { name, persistentVolumeClaim: { claimName } });
  }

  /** The volume of a StatefulSet's claim template of the same name. */
  static claimTemplate(name: string): Volume {
    requireKnownProps('Volume.claimTemplate()', { name }, 'name');
    return new Volume(name);
  }

  private constructor(
    readonly name: string,
    /** The entry in the pod's `volumes`; none for a claim template, which the StatefulSet adds itself. */
    readonly spec?: k8s.Volume,
    /** What the pod is rolled for. */
    readonly source?: ConfigSource,
  ) {}
}

function files(location: string, name: string, source: ConfigSource, options: ConfigVolumeOptions) {
  requireKnownProps(location, { name, source, options }, 'name source:ConfigSource options?:object');
  requireKnownProps(location, { name: source.name }, 'name', 'source');
  requireKnownProps(location, options, 'items?:object[] defaultMode?:number rollOnChange?:boolean', 'options');
  const { items, defaultMode } = options;
  for (const item of items ?? []) requireKnownProps(location, item, 'key path', 'options.items');
  return { items: items && [...items], defaultMode };
}

/** Where a container sees a volume. */
export interface Mount {
  readonly volume: Volume;
  /** Absolute path in the container. */
  readonly path: string;
  /** One file or directory of the volume instead of all of it. @default - the whole volume */
  readonly subPath?: string;
  /** @default false */
  readonly readOnly?: boolean;
}

const ABSOLUTE_PATH = /^\/[^:]*$/;
/** Without `..` between its slashes; `a..b` is a name like any other. */
const PATH_BELOW = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))./s;
const BELOW = "be a relative path without '..'";

/** Checks where a container of `place` sees a volume. */
export function requireMount(location: ErrorLocation, prop: string, mount: Mount): void {
  requireKnownProps(location, mount, 'volume:Volume path subPath? readOnly?:boolean', prop);
  const { volume, path, subPath } = mount;
  const allowed = "start with '/' and have no ':'";
  requireProp(ABSOLUTE_PATH.test(path), location, `${prop}.${volume.name}.path`, allowed, path);
  if (subPath === undefined) return;
  requireProp(PATH_BELOW.test(subPath), location, `${prop}.${volume.name}.subPath`, BELOW, subPath);
}

/** Checks a volume of a pod, except for claim templates, which the StatefulSet checks. */
export function requireVolume(location: ErrorLocation, { name, spec }: Volume): void {
  if (spec === undefined) return;
  const at = `volume '${name}'`;
  const { emptyDir, configMap, secret, persistentVolumeClaim: claim } = spec;
  requireDnsLabel(location, 'volumes.name', name);
  const limit = emptyDir?.sizeLimit?.value;
  const whole = limit === undefined || WHOLE_SIZE.test(String(limit));
  requireProp(whole, location, `${at} sizeLimit`, 'be a positive whole number of KiB', limit);
  if (claim !== undefined) requireDnsSubdomain(location, `${at} claimName`, claim.claimName);
  const source = configMap?.name ?? secret?.secretName;
  if (source !== undefined) requireDnsSubdomain(location, `${at} source.name`, source);
  const { items = [], defaultMode } = configMap ?? secret ?? {};
  for (const { key, path } of items) {
    requireKeyName(location, `${at} items.key`, key);
    // Kubernetes keeps all names that begin with two dots for itself.
    requireProp(PATH_BELOW.test(path) && !path.startsWith('..'), location, `${at} items.path`, BELOW, path);
  }
  const mode = defaultMode === undefined || (Number.isInteger(defaultMode) && defaultMode >= 0 && defaultMode <= 0o777);
  requireProp(mode, location, `${at} defaultMode`, 'be a file mode from 0 to 0o777', defaultMode);
}

const WHOLE_SIZE = /^[1-9]\d*[KMGTPE]i$/;

/** A size in canonical form; one that has none stays as given, and {@link requireVolume} refuses it. */
function limitString(size: Size): string {
  const kibibytes = size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
  return Number.isInteger(kibibytes) ? sizeString(size) : size.asString();
}

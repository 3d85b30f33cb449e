import type { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { sizeString } from './quantities';
import type { SecretRef } from './secrets';

/** A ConfigMap or a Secret that pods read. */
export interface ConfigSource {
  /** `metadata.name`. */
  readonly name: string;
  /**
   * Checksum of its content; pods that read it are rolled when it changes.
   * @default - the content is not known here and pods are not rolled
   */
  readonly checksum?: string;
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
  /**
   * Whether a change of the content rolls the pod.
   * @default true
   */
  readonly rollOnChange?: boolean;
}

/** A volume of a pod. A container mounts the object itself, so there is no volume that is mounted and not declared. */
export class Volume {
  /** An empty directory that lives as long as the pod. */
  static scratch(name: string, options: { readonly sizeLimit?: Size; readonly inMemory?: boolean } = {}): Volume {
    const { sizeLimit, inMemory = false } = options;
    return new Volume(name, {
      name,
      emptyDir: {
        sizeLimit: sizeLimit === undefined ? undefined : k8s.Quantity.fromString(sizeString(sizeLimit)),
        medium: inMemory ? 'Memory' : undefined,
      },
    });
  }

  /** The keys of a ConfigMap as files. */
  static configMap(name: string, source: ConfigSource, options: ConfigVolumeOptions = {}): Volume {
    const { items, defaultMode, rollOnChange = true } = options;
    return new Volume(
      name,
      { name, configMap: { name: source.name, items: items && [...items], defaultMode } },
      rollOnChange ? source : undefined,
    );
  }

  /** The keys of a Secret as files. */
  static secret(name: string, source: SecretRef, options: ConfigVolumeOptions = {}): Volume {
    const { items, defaultMode, rollOnChange = true } = options;
    return new Volume(
      name,
      { name, secret: { secretName: source.name, items: items && [...items], defaultMode } },
      rollOnChange ? source : undefined,
    );
  }

  /** A PersistentVolumeClaim that exists already. */
  static claim(name: string, claimName: string): Volume {
    return new Volume(name, { name, persistentVolumeClaim: { claimName } });
  }

  /** The volume of a StatefulSet's claim template of the same name. */
  static claimTemplate(name: string): Volume {
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

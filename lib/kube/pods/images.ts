import type { Construct } from 'constructs';
import { requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireDnsSubdomain } from '../objects/names';
import { perConstruct, setForAllBelow } from '../objects/per-app';

/** Where images are pulled from, for everything below one construct. */
export interface ImageSettings {
  /**
   * Registry, with an optional path, that takes the place of the registry of every image
   * (`registry.example.org/mirror`). Images that are never pulled keep their name.
   * @default - each image's own registry
   */
  readonly registry?: string;
  /** Names of the pull Secrets that every pod refers to; they must exist in its namespace. @default - none */
  readonly pullSecrets?: readonly string[];
  /**
   * Digests (`sha256:…`) by image, as it is named here and not in `registry`: what is pulled is that content, or nothing.
   * An image that is not used is an error. @default - the tags decide
   */
  readonly digests?: Readonly<Record<string, string>>;
}

const IMAGE_SETTINGS = 'cdk8s-ml-platform/images';
const REFERENCE =
  /^(?:(?<registry>(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+(?::\d+)?|[a-zA-Z0-9-]+:\d+|localhost)\/)?(?<repository>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Images below the root that are pulled, as they were named. */
const pulledImages = perConstruct('pulled-images', () => new Set<string>());

/**
 * Sets where images below `scope` are pulled from. Call it before anything is created below `scope`.
 * @param complete - false where stacks that use images of `digests` may be missing
 */
export function setImageSettings(scope: Construct, settings: ImageSettings, complete = true): void {
  requireKnownProps(scope, settings, 'registry? pullSecrets?:string[] digests?:string{}', 'images');
  const { registry, pullSecrets = [], digests = {} } = settings;
  requireProp(
    registry === undefined || REFERENCE.exec(`${withoutSlash(registry)}/image`)?.groups?.registry !== undefined,
    scope,
    'images.registry',
    'be a registry with an optional path (registry.example.org/mirror)',
    registry,
  );
  for (const name of pullSecrets) requireDnsSubdomain(scope, 'images.pullSecrets', name);
  for (const [image, digest] of Object.entries(digests)) {
    const prop = `images.digests['${image}']`;
    requireProp(
      /^sha256:[0-9a-f]{64}$/.test(digest),
      scope,
      prop,
      'be a digest (sha256:<64 hexadecimal digits>)',
      digest,
    );
  }
  setForAllBelow(scope, 'setImageSettings()', IMAGE_SETTINGS, settings);
  if (complete) scope.node.addValidation({ validate: () => unusedDigests(scope, digests) });
}

/** Where images below `scope` are pulled from. */
export function imageSettings(scope: Construct): ImageSettings {
  return (scope.node.tryGetContext(IMAGE_SETTINGS) as ImageSettings | undefined) ?? {};
}

/** An image reference in its parts, as helm values want it. */
export interface ImageParts {
  /** Registry and path, without a tag. */
  readonly repository: string;
  /** `1.2`, or `1.2@sha256:…`. */
  readonly tag: string;
}

/**
 * Checks that an image is pinned, by a tag other than `latest` or by a digest, and applies the registry and the digests
 * of the scope.
 * @param pulled - false for an image that is loaded into the nodes and keeps its name
 */
export function resolveImage(scope: Construct, prop: string, image: string, pulled = true): string {
  const groups = REFERENCE.exec(image)?.groups;
  requireProp(groups !== undefined, scope, prop, 'be an image reference (registry/repository:tag)', image);
  const { repository, tag } = groups;
  const { registry, digests = {} } = imageSettings(scope);
  const pinned = pulled && Object.hasOwn(digests, image) ? digests[image] : undefined;
  const digest = groups.digest ?? pinned;
  const other = 'agree with its digest in images.digests';
  requireProp(pinned === undefined || digest === pinned, scope, prop, other, image);
  const allowed = "be pinned by a tag other than 'latest', or by a digest";
  requireProp(digest !== undefined || (tag !== undefined && tag !== 'latest'), scope, prop, allowed, image);
  if (!pulled) return image;
  pulledImages(scope.node.root).add(image);
  const host = registry === undefined ? groups.registry : withoutSlash(registry);
  const suffix = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return `${host === undefined ? '' : `${host}/`}${repository}${suffix}`;
}

/** An image as repository and tag, resolved like {@link resolveImage}. Behind the tag is its digest, where there is one. */
export function imageParts(scope: Construct, prop: string, image: string): ImageParts {
  const [, repository, tag] = /^(.+?):((?!.*\/).+)$/.exec(resolveImage(scope, prop, image)) ?? [];
  const parted = repository !== undefined && tag !== undefined && !repository.includes('@');
  requireProp(parted, scope, prop, 'have a tag', image);
  return { repository, tag };
}

function unusedDigests(scope: Construct, digests: Readonly<Record<string, string>>): string[] {
  const used = pulledImages(scope.node.root);
  const unused = Object.keys(digests).filter((image) => !used.has(image));
  return unused.map((image) => `'images.digests' must name images that are used, got '${image}'`);
}

function withoutSlash(registry: string): string {
  return registry.replace(/\/+$/, '');
}

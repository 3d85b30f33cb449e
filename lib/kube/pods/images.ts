import type { Construct } from 'constructs';
import { requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireDnsSubdomain } from '../objects/names';
import { setForAllBelow } from '../objects/per-app';

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
}

const IMAGE_SETTINGS = 'cdk8s-ml-platform/images';
const REFERENCE =
  /^(?:(?<registry>(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+(?::\d+)?|[a-zA-Z0-9-]+:\d+|localhost)\/)?(?<repository>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Sets where images below `scope` are pulled from. Call it before anything is created below `scope`. */
export function setImageSettings(scope: Construct, settings: ImageSettings): void {
  requireKnownProps(scope, settings, 'registry? pullSecrets?:string[]', 'images');
  const { registry, pullSecrets = [] } = settings;
  requireProp(
    registry === undefined || REFERENCE.exec(`${withoutSlash(registry)}/image`)?.groups?.registry !== undefined,
    scope,
    'images.registry',
    'be a registry with an optional path (registry.example.org/mirror)',
    registry,
  );
  for (const name of pullSecrets) requireDnsSubdomain(scope, 'images.pullSecrets', name);
  setForAllBelow(scope, 'setImageSettings()', IMAGE_SETTINGS, settings);
}

/** Where images below `scope` are pulled from. */
export function imageSettings(scope: Construct): ImageSettings {
  return (scope.node.tryGetContext(IMAGE_SETTINGS) as ImageSettings | undefined) ?? {};
}

/** An image reference in its parts, as helm values want it. */
export interface ImageParts {
  /** Registry and path, without a tag. */
  readonly repository: string;
  readonly tag: string;
}

/**
 * Checks that an image is pinned, by a tag other than `latest` or by a digest, and applies the registry of the scope.
 * @param pulled - false for an image that is loaded into the nodes and keeps its name
 */
export function resolveImage(scope: Construct, prop: string, image: string, pulled = true): string {
  const groups = REFERENCE.exec(image)?.groups;
  requireProp(groups !== undefined, scope, prop, 'be an image reference (registry/repository:tag)', image);
  const { repository, tag, digest } = groups;
  const allowed = "be pinned by a tag other than 'latest', or by a digest";
  requireProp(digest !== undefined || (tag !== undefined && tag !== 'latest'), scope, prop, allowed, image);
  const { registry } = imageSettings(scope);
  if (registry === undefined || !pulled) return image;
  const suffix = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return `${withoutSlash(registry)}/${repository}${suffix}`;
}

/** An image as repository and tag, resolved like {@link resolveImage}. */
export function imageParts(scope: Construct, prop: string, image: string): ImageParts {
  const resolved = resolveImage(scope, prop, image);
  const colon = resolved.lastIndexOf(':');
  requireProp(!resolved.includes('@'), scope, prop, 'be pinned by a tag, not by a digest', image);
  return { repository: resolved.slice(0, colon), tag: resolved.slice(colon + 1) };
}

function withoutSlash(registry: string): string {
  return registry.replace(/\/+$/, '');
}

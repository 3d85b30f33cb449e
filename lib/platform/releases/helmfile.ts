import { type HelmChart, isInstalled, type Release, releaseId } from './release';
import type { WaitTarget } from './wait-target';

/** The values of each release, by path below `deploy/`, beside the file that names them. */
export interface HelmfileDocuments {
  readonly 'helmfile.yaml': object;
  readonly [path: `values/${string}.yaml`]: object;
}

/**
 * What helmfile 1.x reads: each release, and a file of values for each that is installed. One that is not installed is
 * taken out of the cluster.
 *
 * @param releases - in any order: `after` says what comes first; checked by `requireReleases`
 * @param context - kube context of helm and of `kubectl wait`. @default - the current context of the user
 */
export function helmfileDocuments(releases: readonly Release[], context?: string): HelmfileDocuments {
  const repositories = repositoryNames(releases.map(({ chart }) => chart));
  const paths = valuePaths(releases);
  const file = {
    repositories: [...repositories].map(([url, name]) =>
      url.startsWith(OCI) ? { name, url: url.slice(OCI.length), oci: true } : { name, url },
    ),
    helmDefaults: {
      ...(context !== undefined && { kubeContext: context }),
      wait: true,
      timeout: TIMEOUT_SECONDS,
      // Namespaces come from dist/, with their labels: a namespace that helm creates has none.
      createNamespace: false,
    },
    releases: releases.map((release) => ({
      ...releaseEntry(release, `${repositories.get(release.chart.repository)}/${release.chart.name}`, context),
      ...(paths.has(release) && { values: [paths.get(release)] }),
    })),
  };
  return {
    'helmfile.yaml': file,
    ...Object.fromEntries([...paths].map(([{ values }, path]) => [path, values])),
  };
}

const OCI = 'oci://';
const TIMEOUT_SECONDS = 600;

function releaseEntry(release: Release, chart: string, context: string | undefined) {
  const { name, namespace, stage = 'applications', after = [], waitFor = [], wait = true } = release;
  const entry = { name, namespace, labels: { stage }, chart, version: release.chart.version };
  if (!isInstalled(release)) return { ...entry, installed: false };
  return {
    ...entry,
    ...(!wait && { wait }),
    ...(after.length > 0 && { needs: after.map(releaseId) }),
    ...(waitFor.length > 0 && { hooks: waitFor.map((target) => hook(target, context)) }),
  };
}

/** `presync` runs before a release is installed or upgraded, by sync and by apply, and never for template, lint or diff. */
function hook({ name, namespace, resource, until }: WaitTarget, context: string | undefined) {
  return {
    name,
    events: ['presync'],
    showlogs: true,
    command: 'kubectl',
    args: [
      'wait',
      ...(context === undefined ? [] : [`--context=${context}`]),
      `--namespace=${namespace}`,
      `--for=${until}`,
      resource,
      `--timeout=${TIMEOUT_SECONDS}s`,
    ],
  };
}

/** A name for each repository: that of the first of its charts, with a number where another repository has it. */
function repositoryNames(charts: readonly HelmChart[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { repository, name } of charts) {
    if (names.has(repository)) continue;
    const taken = new Set(names.values());
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
    names.set(repository, free);
  }
  return names;
}

/** `values/<name>.yaml`; with the namespace where two releases have one name. No name and no namespace has a dot. */
function valuePaths(releases: readonly Release[]): ReadonlyMap<Release, `values/${string}.yaml`> {
  const written = releases.filter((release) => isInstalled(release) && release.values !== undefined);
  return new Map(
    written.map((release) => {
      const { name, namespace } = release;
      const alone = written.filter((other) => other.name === name).length === 1;
      return [release, `values/${alone ? name : `${namespace}.${name}`}.yaml` as const];
    }),
  );
}

import { App, Chart } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageParts, imageSettings, resolveImage, setImageSettings } from '../../../lib/kube/pods/images';
import { testChart } from '../../support/synth';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image', () => {
  const chart = testChart();

  it.each([
    'postgres:17',
    'docker.io/imresamu/postgis:17-3.5',
    'quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z',
    'localhost/app:1',
    'localhost:5000/app:1',
    'registry:5000/team/app:1',
    `ghcr.io/team/app@${DIGEST}`,
    `ghcr.io/team/app:1@${DIGEST}`,
    'a/b__c/d-e.f:1',
  ])('may be %s', (image) => {
    expect(resolveImage(chart, 'image', image)).toBe(image);
  });

  it.each(['', 'Postgres:17', 'postgres:', ':17', 'a b:1', 'https://ghcr.io/a:1', 'a/:1', 'a@sha256:0', '-a:1'])(
    'fails for %j, which is no reference',
    (image) => {
      expect(() => resolveImage(chart, 'image', image)).toThrow(
        `demo: 'image' must be an image reference (registry/repository:tag), got '${image}'`,
      );
    },
  );

  it.each(['postgres', 'postgres:latest', 'localhost:5000/postgres', 'quay.io/minio/minio:latest'])(
    'fails for %s, which is not pinned',
    (image) => {
      expect(() => resolveImage(chart, 'image', image)).toThrow(
        `demo: 'image' must be pinned by a tag other than 'latest', or by a digest, got '${image}'`,
      );
    },
  );

  it('may be called latest where a digest pins it', () => {
    expect(resolveImage(chart, 'image', `postgres:latest@${DIGEST}`)).toBe(`postgres:latest@${DIGEST}`);
  });

  it('comes in the two parts that helm values want', () => {
    expect(imageParts(chart, 'image', 'localhost:5000/team/app:1')).toEqual({
      repository: 'localhost:5000/team/app',
      tag: '1',
    });
  });

  it('fails to come in two parts where a digest is in place of a tag', () => {
    expect(() => imageParts(chart, 'image', `app@${DIGEST}`)).toThrow(
      `demo: 'image' must have a tag, got 'app@${DIGEST}'`,
    );
    expect(imageParts(chart, 'image', `localhost:5000/app:1@${DIGEST}`)).toEqual({
      repository: 'localhost:5000/app',
      tag: `1@${DIGEST}`,
    });
  });
});

describe('the registry of an environment', () => {
  const chart = testChart({ images: { registry: 'registry.example.org/mirror' } });

  it.each([
    ['postgres:17', 'registry.example.org/mirror/postgres:17'],
    ['docker.io/imresamu/postgis:17-3.5', 'registry.example.org/mirror/imresamu/postgis:17-3.5'],
    ['localhost:5000/team/app:1', 'registry.example.org/mirror/team/app:1'],
    [`quay.io/a/b@${DIGEST}`, `registry.example.org/mirror/a/b@${DIGEST}`],
    [`quay.io/a/b:1@${DIGEST}`, `registry.example.org/mirror/a/b:1@${DIGEST}`],
  ])('takes the place of the registry of %s', (image, resolved) => {
    expect(resolveImage(chart, 'image', image)).toBe(resolved);
  });

  it('leaves an image alone that is loaded into the nodes', () => {
    expect(resolveImage(chart, 'image', 'app:1', false)).toBe('app:1');
  });

  it('reaches the parts that helm values want', () => {
    expect(imageParts(chart, 'image', 'quay.io/a/b:1')).toEqual({
      repository: 'registry.example.org/mirror/a/b',
      tag: '1',
    });
  });

  it('makes one slash of those at its end', () => {
    const other = testChart({ images: { registry: 'registry.example.org/' } });
    expect(resolveImage(other, 'image', 'a:1')).toBe('registry.example.org/a:1');
  });

  it('gives every reference one that is a reference again, with the same tag', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8})?$/);
    const tag = fc.stringMatching(/^v?[0-9]{1,3}(\.[0-9]{1,3}){0,2}$/);
    const host = fc.constantFrom('', 'quay.io/', 'localhost:5000/', 'docker.io/');
    fc.assert(
      fc.property(host, fc.array(name, { minLength: 1, maxLength: 3 }), tag, (registry, path, version) => {
        const image = `${registry}${path.join('/')}:${version}`;
        const resolved = resolveImage(chart, 'image', image);
        expect(resolved).toBe(`registry.example.org/mirror/${path.join('/')}:${version}`);
        expect(resolveImage(chart, 'image', resolved)).toContain(path.join('/'));
      }),
    );
  });

  it.each(['https://registry.example.org', 'mirror', 'registry.example.org/a:1', '', '/'])(
    'fails for %j',
    (registry) => {
      expect(() => setImageSettings(new App(), { registry })).toThrow(
        `app: 'images.registry' must be a registry with an optional path (registry.example.org/mirror), got '${registry}'`,
      );
    },
  );
});

describe('the digests of an environment', () => {
  const OTHER = `sha256:${'f'.repeat(64)}`;
  const digests = { 'docker.io/a/b:1': DIGEST };

  it('pin an image by the name that it has here, also where it comes from a registry of the environment', () => {
    expect(resolveImage(testChart({ images: { digests } }), 'image', 'docker.io/a/b:1')).toBe(
      `docker.io/a/b:1@${DIGEST}`,
    );
    const mirrored = testChart({ images: { digests, registry: 'registry.example.org/mirror' } });
    expect(resolveImage(mirrored, 'image', 'docker.io/a/b:1')).toBe(`registry.example.org/mirror/a/b:1@${DIGEST}`);
  });

  it('leave all other images to their tags', () => {
    expect(resolveImage(testChart({ images: { digests } }), 'image', 'docker.io/a/b:2')).toBe('docker.io/a/b:2');
  });

  it('reach helm values behind the tag, so that `repository:tag` is a whole reference', () => {
    expect(imageParts(testChart({ images: { digests } }), 'image', 'docker.io/a/b:1')).toEqual({
      repository: 'docker.io/a/b',
      tag: `1@${DIGEST}`,
    });
  });

  it.each(['sha256:0', DIGEST.toUpperCase(), 'md5:1', ''])('fails for %j, which is no digest', (digest) => {
    expect(() => setImageSettings(new App(), { digests: { 'a:1': digest } })).toThrow(
      `app: 'images.digests['a:1']' must be a digest (sha256:<64 hexadecimal digits>), got '${digest}'`,
    );
  });

  it('fails for an image with another digest of its own', () => {
    const image = `a:1@${OTHER}`;
    const chart = testChart({ images: { digests: { [image]: DIGEST } } });
    expect(() => resolveImage(chart, 'image', image)).toThrow(
      `demo: 'image' must agree with its digest in images.digests, got '${image}'`,
    );
  });

  it('fails for an image that nothing uses, or that is never pulled', () => {
    const app = new App();
    setImageSettings(app, { digests: { 'a:1': DIGEST, 'b:1': DIGEST, 'c:1': DIGEST } });
    const chart = new Chart(app, 'demo');
    resolveImage(chart, 'image', 'a:1');
    resolveImage(chart, 'image', 'b:1', false);
    expect(app.node.validate()).toEqual([
      "'images.digests' must name images that are used, got 'b:1'",
      "'images.digests' must name images that are used, got 'c:1'",
    ]);
  });

  it('may name images of stacks that are not there', () => {
    const app = new App();
    setImageSettings(app, { digests }, false);
    expect(app.node.validate()).toEqual([]);
  });
});

describe('image settings', () => {
  it('are empty by default', () => {
    expect(imageSettings(testChart())).toEqual({});
  });

  it('hold for everything below the construct that they were set on', () => {
    const app = new App();
    setImageSettings(app, { pullSecrets: ['pull'] });
    expect(imageSettings(new Chart(app, 'fair'))).toEqual({ pullSecrets: ['pull'] });
  });

  it('fails for a pull Secret with an impossible name', () => {
    expect(() => setImageSettings(new App(), { pullSecrets: ['Pull'] })).toThrow(
      "app: 'images.pullSecrets' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'Pull'",
    );
  });
});

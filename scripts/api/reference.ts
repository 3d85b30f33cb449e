import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { doors } from '../doors';

const root = join(import.meta.dirname, '..', '..');
const require = createRequire(import.meta.url);

/** The pages of the API reference, one a door, by file name: what TypeDoc makes of the comments in lib/. */
export function referencePages(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'reference-'));
  try {
    const out = join(folder, 'out');
    const options = join(folder, 'typedoc.json');
    writeFileSync(options, JSON.stringify(settings(out)));
    const typedoc = join(dirname(require.resolve('typedoc/package.json')), 'bin', 'typedoc');
    const hook = join(import.meta.dirname, 'typescript-hook.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', hook, typedoc, '--options', options], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`TypeDoc failed:\n${stdout}${stderr}`);
    return new Map(readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function settings(out: string) {
  return {
    entryPoints: doors().map(({ source }) => join(root, 'lib', `${source}.ts`)),
    tsconfig: join(root, 'tsconfig.json'),
    out,
    plugin: [require.resolve('typedoc-plugin-markdown')],
    router: 'module',
    flattenOutputFiles: true,
    readme: 'none',
    disableSources: true,
    disableGit: true,
    excludeExternals: true,
    excludePrivate: true,
    // The tests compile the same files; a link to what another door exports is one to its page.
    skipErrorChecking: true,
    treatWarningsAsErrors: false,
    logLevel: 'Error',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    interfacePropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    parametersFormat: 'table',
    indexFormat: 'table',
    tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true, hideSources: true },
  };
}

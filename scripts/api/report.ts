import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type IConfigFile,
} from '@microsoft/api-extractor';
import { writeDeclarations } from '../declarations';
import { type Door, doors } from '../doors';

const root = join(import.meta.dirname, '..', '..');

export interface DoorReport {
  readonly door: Door;
  /** Signatures of everything that the door exports. */
  readonly text: string;
  /** Types that these are made of, and that the door does not export itself. */
  readonly foreign: readonly string[];
}

/** The API of each door, read from fresh declarations of lib/. */
export function doorReports(): DoorReport[] {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  // Below the repository, so that the packages that declarations import are found.
  const folder = mkdtempSync(join(root, '.tmp', 'api-'));
  try {
    writeDeclarations(folder);
    const all = doors().map((door) => ({ door, config: ExtractorConfig.prepare(settings(door, folder)) }));
    const [first, ...others] = all.map(({ config }) => config) as [ExtractorConfig, ...ExtractorConfig[]];
    const additionalEntryPoints = others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
    const compilerState = CompilerState.create(first, { additionalEntryPoints });
    return all.map(({ door, config }) => {
      const foreign = new Set<string>();
      const { succeeded } = Extractor.invoke(config, {
        compilerState,
        localBuild: true,
        messageCallback: (message) => {
          message.handled = message.logLevel !== ExtractorLogLevel.Error;
          const [, type] = message.messageId === 'ae-forgotten-export' ? (/"(.+)"/.exec(message.text) ?? []) : [];
          if (type !== undefined) foreign.add(type);
        },
      });
      if (!succeeded) throw new Error(`the API of '${door.specifier}' cannot be read`);
      return { door, text: readFileSync(config.reportFilePath, 'utf8'), foreign: [...foreign].sort() };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Types of public declarations that no door exports, each with the doors that ask for it. */
export function unnamedTypes(reports: readonly DoorReport[]): string[] {
  const named = new Set(reports.flatMap(exportsOf));
  return reports.flatMap((report) => {
    // What a door exports itself is not foreign to it: the same name, but another type.
    const own = new Set(exportsOf(report));
    const unnamed = report.foreign.filter((type) => own.has(type) || !named.has(type));
    return unnamed.map((type) => `${report.door.specifier}: ${type}`);
  });
}

function exportsOf({ text }: DoorReport): string[] {
  return [...text.matchAll(/^export (?:abstract )?(?:class|const|function|interface|type) (\w+)/gm)].map(
    ([, name = '']) => name,
  );
}

function settings({ name, source }: Door, folder: string) {
  const nothing = { default: { logLevel: ExtractorLogLevel.None, addToApiReportFile: false } };
  const configObject: IConfigFile = {
    projectFolder: folder,
    mainEntryPointFilePath: join(folder, 'lib', `${source}.d.ts`),
    compiler: {
      overrideTsconfig: {
        compilerOptions: { module: 'esnext', moduleResolution: 'bundler', target: 'es2022', strict: true, types: [] },
        files: [join(folder, 'lib', `${source}.d.ts`)],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: `${name}.api.md`,
      reportFolder: join(folder, 'reports'),
      reportTempFolder: join(folder, 'reports', 'temp'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error, addToApiReportFile: false } },
      extractorMessageReporting: nothing,
      tsdocMessageReporting: nothing,
    },
  };
  return { configObject, configObjectFullPath: undefined, packageJsonFullPath: join(root, 'package.json') };
}

import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

// TypeDoc reads programs with the TypeScript API, which TypeScript 7 does not have: it gets the TypeScript that API
// Extractor brings.
const extractor = createRequire(createRequire(import.meta.url).resolve('@microsoft/api-extractor/package.json'));
const typescript = pathToFileURL(extractor.resolve('typescript')).href;
const hook = `export const resolve = (specifier, context, next) =>
  specifier === 'typescript' ? { url: '${typescript}', shortCircuit: true } : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

import { App } from 'cdk8s';
import { fairStacks, services } from './stacks';

// The app that is measured: node library-app.js OUTDIR fair|services COUNT
const [outdir, kind, count] = process.argv.slice(2);
const app = new App({ outdir });
if (kind === 'fair') fairStacks(app, Number(count));
else services(app, Number(count));
app.synth();

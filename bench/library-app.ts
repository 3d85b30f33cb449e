import { App } from 'cdk8s';
import { fairStacks } from './stacks';

// The app that is measured: node library-app.js OUTDIR COPIES
const [outdir, copies] = process.argv.slice(2);
const app = new App({ outdir });
fairStacks(app, Number(copies));
app.synth();

import { App } from 'cdk8s';
import { writeModels } from './models';

const app = new App();
writeModels(app);
app.synth();

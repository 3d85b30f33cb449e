import { App } from 'cdk8s';
import { setNodePools } from '../../lib';
import { gpuNodes, PhotoDuplicateGpu } from './chart';

const app = new App();
setNodePools(app, [gpuNodes]);
new PhotoDuplicateGpu(app, 'photo-duplicate-gpu');
app.synth();

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Answer, generateLoad, report, succeeded } from './load-generator';

const USAGE = `Posts one image again and again to the embedding service, and says how long that took.

npm run load-test -- [--url http://localhost:8092] [--requests 600] [--concurrency 30] [--timeout 60] [--image FILE]

  --url          where the service is; the path /embed/base64 is added
  --requests     how many requests
  --concurrency  how many at the same time
  --timeout      how long one may take, in seconds
  --image        an image to embed; by default one of a single pixel, which the model scales up like any other`;

/** A PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8092' },
    requests: { type: 'string', default: '600' },
    concurrency: { type: 'string', default: '30' },
    timeout: { type: 'string', default: '60' },
    image: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  const answers: Answer[] = [];
  const requests = positive('requests', values.requests);
  const start = performance.now();
  const finish = () => {
    clearInterval(progress);
    console.log(report(answers, (performance.now() - start) / 1000));
    process.exitCode = answers.some(succeeded) ? 0 : 1;
  };
  const progress = setInterval(() => console.error(`${answers.length} of ${requests}`), 5000);
  // Whoever has seen enough still wants to know what there was to see.
  process.once('SIGINT', () => {
    finish();
    process.exit();
  });
  // The model that the pods have loaded; another one would be loaded beside it.
  const model = { model_name: 'ViT-B-32', pretrained: 'openai' };
  const image = values.image === undefined ? PIXEL : readFileSync(values.image).toString('base64');
  await generateLoad(
    {
      url: new URL('/embed/base64', values.url),
      body: JSON.stringify({ images: [image], ...model }),
      requests,
      concurrency: positive('concurrency', values.concurrency),
      timeout: positive('timeout', values.timeout) * 1000,
    },
    (answer) => answers.push(answer),
  );
  finish();
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${option} must be a whole number from 1, got '${text}'`);
  }
  return value;
}

// Real machines are slow to build and noisy to share: one file at a time, and a long silence is no failure.
export default {
  files: ['harness/dist/test/**/*.real.test.js'],
  nodeArguments: ['--enable-source-maps'],
  concurrency: 1,
  serial: true,
  timeout: '45m',
};

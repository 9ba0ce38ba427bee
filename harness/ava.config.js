export default {
  files: ['harness/dist/test/**/*.test.js', '!**/*.real.test.js'],
  nodeArguments: ['--enable-source-maps'],
  timeout: '60s',
};

// Asks the service at $UPSTREAM for a greeting and passes it on. GET /healthz answers "ok" without asking.
const http = require('http');

const upstream = process.env.UPSTREAM || 'http://localhost:3000';

function greet(response) {
  http.get(upstream, { timeout: 2000 }, (answer) => {
    let text = '';
    answer.on('data', (chunk) => (text += chunk));
    answer.on('end', () => response.end(`node heard: ${text}`));
  }).on('error', (error) => {
    response.statusCode = 502;
    response.end(`no answer from ${upstream}: ${error.message}\n`);
  });
}

const server = http.createServer((request, response) => {
  if (request.url === '/healthz') response.end('ok\n');
  else greet(response);
});

server.listen(Number(process.env.PORT || 3000));
process.on('SIGTERM', () => process.exit(0));

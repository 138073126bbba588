#!/usr/bin/env node
import './older-node.ts';
import { runCli } from './run-cli.ts';

await runCli(process.argv.slice(2), process);
// What tools of the user leave open, such as connections, does not keep a finished command alive.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
process.exit();

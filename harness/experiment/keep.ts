import type {Lab} from './lab.ts';
import {l2Address} from './machines.ts';

/** Tells how to log in to the machines of a trial that is over but still up. */
export function howToGetIn(trial: string, lab: Lab, identityFile: string): string {
  const options = `-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -i ${identityFile}`;
  const proxy = `ssh ${options} -W %h:%p -p ${lab.l1Port} root@127.0.0.1`;
  return [
    `${trial}:`,
    `  L1: ssh ${options} -p ${lab.l1Port} root@127.0.0.1`,
    `  L2: ssh ${options} -o "ProxyCommand=${proxy}" root@${l2Address}`,
  ].join('\n');
}

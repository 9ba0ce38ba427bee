import {l2Address} from './machines.ts';

/** Tells how to log in to the machines of a trial that is over but still up. */
export function howToGetIn(trial: string, {l1Port, hasL2}: {l1Port: number; hasL2: boolean}, identityFile: string) {
  const options = `-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -i ${identityFile}`;
  const proxy = `ssh ${options} -W %h:%p -p ${l1Port} root@127.0.0.1`;
  const l2 = hasL2 ? [`  L2: ssh ${options} -o "ProxyCommand=${proxy}" root@${l2Address}`] : [];
  return [`${trial}:`, `  L1: ssh ${options} -p ${l1Port} root@127.0.0.1`, ...l2].join('\n');
}

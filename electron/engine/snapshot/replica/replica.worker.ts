import { parentPort } from 'node:worker_threads';
import { asColdframeError, type ErrorData } from '../../../../shared/errors.ts';
import { giveWay } from '../../../platform/give-way.ts';
import { threadSetup } from '../../../platform/thread-setup.ts';
import { openDevice } from '../open-device.ts';
import { replicaFiles } from './replica-files.ts';
import { doReplicaTask, type ReplicaTask, type ReplicaTaskResult } from './replica-tasks.ts';

export interface ReplicaThreadSetup {
  readonly task: ReplicaTask;
  /** 1 once it is to end. */
  readonly cancelled: SharedArrayBuffer;
}

export type ReplicaThreadAnswer =
  | { readonly kind: 'done'; readonly result: ReplicaTaskResult }
  | { readonly kind: 'failed'; readonly error: ErrorData };

const port = parentPort;
if (port === null) throw new Error('A replica is updated in a worker thread only.');
giveWay();
const answer = (message: ReplicaThreadAnswer): void => port.postMessage(message);
try {
  const { task, cancelled } = threadSetup<ReplicaThreadSetup>();
  const word = new Int32Array(cancelled);
  const tools = { files: replicaFiles, openSource: openDevice, cancelled: () => Atomics.load(word, 0) !== 0 };
  answer({ kind: 'done', result: doReplicaTask(task, tools) });
} catch (thrown) {
  answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
}

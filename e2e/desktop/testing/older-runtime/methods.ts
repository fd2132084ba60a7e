import { Dir } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** The processor time of the whole process stands for that of a thread: these figures are not what is looked at. */
Object.assign(Worker.prototype, { cpuUsage: async () => process.cpuUsage() });

Object.defineProperty(Dir.prototype, Symbol.dispose, {
  value(this: Dir) {
    this.closeSync();
  },
});

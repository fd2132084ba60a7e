import { Worker } from 'node:worker_threads';
import { execFileSync } from 'node:child_process';
const mode = process.argv[2]; 
const code = {
 usleep: `const u=k.load(null).func('int usleep(uint32_t)'); parentPort.postMessage('in'); u(3000000); parentPort.postMessage('out');`,
 usleepNoPost: `const u=k.load(null).func('int usleep(uint32_t)'); parentPort.postMessage('in'); u(3000000);`,
 usleepBig: `const u=k.load(null).func('int64_t usleep(uint32_t)'); parentPort.postMessage('in'); globalThis.x=u(3000000);`,
 usleepVoid: `const u=k.load(null).func('void usleep(uint32_t)'); parentPort.postMessage('in'); globalThis.x=u(3000000);`,
 usleepStr: `const u=k.load(null).func('str strerror(int)');const s=k.load(null).func('void usleep(uint32_t)'); parentPort.postMessage('in'); for(;;){ u(3);}`,
 loop: `const u=k.load(null).func('int64_t llistxattr(uintptr_t, uintptr_t, size_t)'); parentPort.postMessage('in'); for(;;){ u(0,0,0);}`,
 loopFunc: `parentPort.postMessage('in'); for(;;){ const u=k.load(null).func('int64_t llistxattr(uintptr_t, uintptr_t, size_t)'); }`,
 loopDecode: `parentPort.postMessage('in'); const b=Buffer.alloc(64); for(;;){ k.address(b); k.decode(b,k.array('uint8_t',16)); }`,
 loopErr: `parentPort.postMessage('in'); for(;;){ k.errno(); }`,
 async: `const u=k.load(null).func('int usleep(uint32_t)'); parentPort.postMessage('in'); u.async(3000000,(e,r)=>{parentPort.postMessage('out')});`,
 fs: `parentPort.postMessage('in'); require('fs').readFileSync('/tmp/thread5/fifo');`,
 load: `parentPort.postMessage('in'); `,
}[mode];
const w = new Worker(`const {parentPort}=require('node:worker_threads'); const k=require('/work/wt-thread5/node_modules/koffi'); ${code}`, {eval:true});
w.on('message', async m => { console.log(m); if (m==='in') { await new Promise(r=>setTimeout(r,300)); const t=Date.now(); console.log('terminate'); if (mode==='fs') setTimeout(()=>execFileSync('sh',['-c','echo x > /tmp/thread5/fifo']),2000).unref; const r= await w.terminate(); console.log('ended', r, Date.now()-t); setTimeout(()=>console.log('alive'),4000); } });
w.on('error', e=>console.log('err', e.message));

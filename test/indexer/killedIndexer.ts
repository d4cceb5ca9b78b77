import { dataFolder } from '../../config/dataFolder.js';
import { createLog } from '../../config/log.js';
import { openSpool } from '../../indexer/inbox/spool.js';
import { startIndexer } from '../../indexer/indexer.js';
import { createRepositories } from '../../indexer/repository/repositories.js';
import { openIndexStore } from '../../indexer/store/openIndexStore.js';

/** Indexes what waits in a data folder and kills itself at a step: `node killedIndexer.ts FOLDER STEP`. */
const [folder, step] = process.argv.slice(2);
const data = dataFolder(folder!);
await startIndexer({
  repositories: createRepositories(data),
  store: openIndexStore(data.indexDatabase, data.migrationBackups),
  spool: openSpool(data.spool),
  factsOf: () => ({
    private: false,
    createdAtMs: 1,
    likes: 0,
    trending: 0,
    downloads: 0,
    downloadsAllTime: 0,
    speed: 0,
    gated: false,
  }),
  cardContext: { isLocalDataset: () => false },
  log: createLog('silent'),
  sweepMs: 1000,
  onStep: (reached) => {
    if (reached === step) process.kill(process.pid, 'SIGKILL');
  },
});

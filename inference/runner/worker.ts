import { performTask } from './performTask.js';
import { serveThread } from './threadLoop.js';

serveThread(performTask);

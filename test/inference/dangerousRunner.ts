import { serve } from '../../inference/runner/serve.js';

serve(new URL('./dangerousWorker.ts', import.meta.url));

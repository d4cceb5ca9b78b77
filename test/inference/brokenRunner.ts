import { serve } from '../../inference/runner/serve.js';

serve(new URL('./thereIsNoSuchWorker.ts', import.meta.url));

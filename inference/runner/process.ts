import { serve } from './serve.js';
import { siblingModule } from './siblingModule.js';

serve(siblingModule(import.meta.url, 'worker'));

import { siblingModule } from '../threads/siblingModule.js';
import { serve } from './serve.js';

serve(siblingModule(import.meta.url, 'worker'));

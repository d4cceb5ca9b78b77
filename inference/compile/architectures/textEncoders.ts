import { albert } from './albert.js';
import { bert } from './bert.js';
import { debertaV2 } from './debertaV2.js';
import { distilbert } from './distilbert.js';
import { electra } from './electra.js';
import { modernBert } from './modernBert.js';
import { mpnet } from './mpnet.js';
import { nomicBert } from './nomicBert.js';
import { roberta } from './roberta.js';
import { tapas } from './tapas.js';

export const textEncoders = [
  albert,
  bert,
  debertaV2,
  distilbert,
  electra,
  modernBert,
  mpnet,
  nomicBert,
  roberta,
  tapas,
];

import { albert } from './albert.js';
import { bert } from './bert.js';
import { deberta } from './deberta.js';
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
  deberta,
  debertaV2,
  distilbert,
  electra,
  modernBert,
  mpnet,
  nomicBert,
  roberta,
  tapas,
];

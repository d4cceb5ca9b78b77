import type { Architecture, Source } from '../../types.js';
import { speechGraph } from './speech.js';
import { textGraph } from './text.js';

/**
 * VITS (arXiv 2106.06103), as transformers' `modeling_vits` names and computes it, in two graphs, since the text decides how
 * long the speech is:
 *
 * - `encoder_model`: `input_ids` [1, tokens] (and `duration_noise` [1, 2, tokens], where durations are drawn) →
 *   `log_durations` [1, 1, tokens], `prior_means` and `prior_log_variances` [1, tokens, flow_size];
 * - `decoder_model`: `latents` [1, flow_size, frames] → `waveform` [1, samples].
 *
 * Models of several speakers take `speaker_id` [1] in both, and `speaker_share` [1]: 1, or 0 for no speaker at all.
 */
export const vits: Architecture = {
  modelTypes: ['vits'],
  heads: ['Model'],
  build({ config, weights }: Source) {
    // Drawing durations leaves out the first spline; the rest is for training.
    weights.ignore(/^posterior_encoder\./, /^duration_predictor\.post_/, /^duration_predictor\.flows\.1\./);
    return [
      { name: 'encoder_model', graph: textGraph(weights, config) },
      { name: 'decoder_model', graph: speechGraph(weights, config) },
    ];
  },
};

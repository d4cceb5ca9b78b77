/** Ordinary texts, on which the ranges of activations are measured and plans are chosen. */
export const calibrationTexts: readonly string[] = [
  'The train to the coast leaves at a quarter past nine from the second platform.',
  'How do I change the password of my account?',
  'She planted tomatoes, beans and basil behind the house, and by July there was more than the family could eat.',
  'The committee published its report on Tuesday; prices rose by 2.4 % in the third quarter.',
  'I was not happy with the service at all, the food came cold and nobody apologised.',
  'Water boils at a lower temperature on a mountain, because the pressure of the air is lower.',
  'def average(values): return sum(values) / len(values)',
  'Best headphones I have ever owned!',
  'Dr. Anna Keller of the University of Bern spoke in Geneva about glaciers and the rivers that they feed.',
  'Die Katze schläft auf dem warmen Dach.',
  'weather tomorrow',
  'The judge asked whether the contract had been signed before the goods were sent, and the witness could not remember.',
];

/** Other texts, odd ones among them, on which a plan is accepted or not. */
export const heldBackTexts: readonly string[] = [
  'A small boat crossed the lake in the early morning fog.',
  'Where can I find a pharmacy that is open on Sundays?',
  'The new library has forty thousand books, a reading room for children and a garden on its roof.',
  'Berlin',
  '',
  'Le café était fermé, alors nous avons déjeuné à la maison.',
  '明天会下雨吗？',
  'so excited for the weekend 🎉🎉',
  'SELECT name, price FROM items WHERE price > 10 ORDER BY price DESC;',
  'On 14 March 2019 the invoice (no. 20-771) of $1,250.00 was paid in full.',
  'The film is too long and its plot makes little sense, but the two leading actors are a joy to watch.',
  'Maria Silva joined Acme Corporation in Lisbon last year.',
  'first line\nsecond line\n\n\tthird, indented',
  'Cells take up sugar from the blood when insulin tells them to; without it the sugar stays where it is. '.repeat(4),
  'and the and of it to be or not',
  'Ελλάδα и Россия',
  'thank you ❤️ 🙏🏽!!',
  '[MASK] [PAD] <s> </s>',
  '2 + 2 = 4; 1/3 ≈ 0.333',
  '?',
  'The cat sat on the mat.\nThe dog did not.',
];

/** Long enough for any length at which speed is measured. */
export const longText =
  'In the valley the farmers bring in the hay before the first storms of the summer, while up on the pass the snow still lies beside the road. '.repeat(
    12,
  );

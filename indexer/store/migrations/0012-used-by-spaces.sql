-- Spaces are found by the models and datasets that they use: those without a head are read again at the start.
UPDATE repos SET head = NULL WHERE kind = 'space';

"""Language models: recurrent, Transformer, and what they share."""

"""The lab: training your own generative models, and using them as engines."""

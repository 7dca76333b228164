"""Configuration: one YAML file, the environment and secret files, checked as a whole."""

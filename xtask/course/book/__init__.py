"""The notebooks and the texts beside them as web pages and slides, made from the outputs that they hold."""

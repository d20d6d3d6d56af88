"""The package library: require, module, and how modules are found."""

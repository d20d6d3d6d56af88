"""The debug library, over `vm.debug`."""

"""From LLVM text to running code: objects, links, images, and the in-process engine."""

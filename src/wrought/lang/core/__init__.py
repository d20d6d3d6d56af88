"""What compiled programs import: types, declarations, intrinsics.

    from wrought.lang.core import Ptr, fn, struct, u32, u64
"""

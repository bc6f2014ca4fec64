//! What a record says, and that it is read back whatever its texts hold.

//! One message → its shape.

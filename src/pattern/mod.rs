//! Message shapes and templates.
//!
//! [`mask`] turns one message into its shape, statelessly: equal shapes are the same kind of message in any shard. Later,
//! over the distinct shapes in sorted order, they are clustered into templates (`template`). Never sees a stream.

pub mod mask;

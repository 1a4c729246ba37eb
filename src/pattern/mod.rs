//! Message shapes and templates.
//!
//! [`mask()`] turns one message into its shape, statelessly: equal shapes are the same kind of message in any shard. Later,
//! over the distinct shapes in sorted order, they are clustered into templates ([`template`]), whose variables get types
//! and ranges ([`variables`]). Never sees a stream.

mod collect;
pub mod mask;
pub mod template;
pub mod variables;

pub use collect::{Collector, Patterns, patterns};
pub use mask::{VARIABLE, mask, mask_codes, mask_lines};
pub use template::{Shape, Templates, cluster};

//! Packed bytes in, plain bytes out, whatever the chunks.

use super::*;

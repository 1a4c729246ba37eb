//! What each operator is replaced by, in the order of the arms of `asked.rs`: the kinds that cargo-mutants makes.

use syn::BinOp;

/// How a place with an operator is written.
pub(crate) enum Form {
    /// Its sides may not be reached: `a && b`.
    Lazy,
    /// Its sides are borrowed: `a < b`.
    Compared,
    /// Its sides are taken: `a + b`.
    Taken,
    /// Its left side is changed: `a += b`.
    Assigned,
}

/// Form, name in `asked.rs`, the operator, and what stands for it in mutants. None for operators with no mutant.
pub(crate) fn of(op: &BinOp) -> Option<(Form, &'static str, &'static str, &'static [&'static str])> {
    use Form::{Assigned, Compared, Lazy, Taken};
    Some(match op {
        BinOp::And(_) => (Lazy, "and", "&&", &["||"]),
        BinOp::Or(_) => (Lazy, "or", "||", &["&&"]),
        BinOp::Eq(_) => (Compared, "eq", "==", &["!="]),
        BinOp::Ne(_) => (Compared, "ne", "!=", &["=="]),
        BinOp::Lt(_) => (Compared, "lt", "<", &["==", ">", "<="]),
        BinOp::Gt(_) => (Compared, "gt", ">", &["==", "<", ">="]),
        BinOp::Le(_) => (Compared, "le", "<=", &[">"]),
        BinOp::Ge(_) => (Compared, "ge", ">=", &["<"]),
        BinOp::Add(_) => (Taken, "add", "+", &["-", "*"]),
        BinOp::Sub(_) => (Taken, "sub", "-", &["+", "/"]),
        BinOp::Mul(_) => (Taken, "mul", "*", &["+", "/"]),
        BinOp::Div(_) => (Taken, "div", "/", &["%", "*"]),
        BinOp::Rem(_) => (Taken, "rem", "%", &["/", "+"]),
        BinOp::BitAnd(_) => (Taken, "bitand", "&", &["|", "^"]),
        BinOp::BitOr(_) => (Taken, "bitor", "|", &["&", "^"]),
        BinOp::BitXor(_) => (Taken, "bitxor", "^", &["|", "&"]),
        BinOp::Shl(_) => (Taken, "shl", "<<", &[">>"]),
        BinOp::Shr(_) => (Taken, "shr", ">>", &["<<"]),
        BinOp::AddAssign(_) => (Assigned, "add_assign", "+=", &["-=", "*="]),
        BinOp::SubAssign(_) => (Assigned, "sub_assign", "-=", &["+=", "/="]),
        BinOp::MulAssign(_) => (Assigned, "mul_assign", "*=", &["+=", "/="]),
        BinOp::DivAssign(_) => (Assigned, "div_assign", "/=", &["%=", "*="]),
        BinOp::BitAndAssign(_) => (Assigned, "bitand_assign", "&=", &["|=", "^="]),
        BinOp::BitOrAssign(_) => (Assigned, "bitor_assign", "|=", &["&=", "^="]),
        _ => return None,
    })
}

//! What LZMA packed → its bytes, a piece a task, so that none holds the page up.

use js_sys::{Promise, Uint8Array};
use lzma_rust2::LzmaReader;
use std::io::{Cursor, Error, Read};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Bytes that are unpacked in one task: some milliseconds of work.
const PIECE: usize = 256 * 1024;
/// Where the `.lzma` header holds the unpacked size, as eight bytes, the lowest first (LZMA SDK, `lzma-specification.txt`).
const SIZE_AT: usize = 5;

/// Takes the packed bytes with their header, gives the unpacked ones; an error if they are damaged.
pub(super) async fn lzma(packed: Vec<u8>) -> Result<Uint8Array, Error> {
    let size = packed
        .get(SIZE_AT..)
        .and_then(|rest| rest.first_chunk::<8>())
        .map_or(0, |size| u64::from_le_bytes(*size));
    let size = u32::try_from(size).map_err(Error::other)?;
    let whole = Uint8Array::new_with_length(size);
    let mut reader = LzmaReader::new_mem_limit(Cursor::new(packed), u32::MAX, None)?;
    let mut piece = vec![0; PIECE];
    let mut at = 0;
    loop {
        let n = reader.read(&mut piece)?;
        let end = at + u32::try_from(n).map_err(Error::other)?;
        if n == 0 || end > size {
            break;
        }
        whole.subarray(at, end).copy_from(piece.get(..n).unwrap_or_default());
        at = end;
        next_task().await;
    }
    if at == size { Ok(whole) } else { Err(Error::other("the packed program ends early")) }
}

async fn next_task() {
    let turn = Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback(&done);
        }
    });
    let _: Result<JsValue, JsValue> = JsFuture::from(turn).await;
}

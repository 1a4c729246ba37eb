//! A name and a text in, a file in the reader's download folder out: her own act, through a link to a blob.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// Saves a text.
pub fn text(name: &str, media_type: &str, text: &str) {
    parts(name, media_type, &JsValue::from_str(text));
}

/// Saves what a worker has written.
pub fn file(name: &str, media_type: &str, file: &File) {
    parts(name, media_type, file);
}

/// The link points at a blob of this page, never at anything else.
fn parts(name: &str, media_type: &str, body: &JsValue) {
    let parts = js_sys::Array::of1(body);
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let Ok(blob) = Blob::new_with_blob_sequence_and_options(&parts, &options) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let link = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("a").ok())
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}

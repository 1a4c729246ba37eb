//! A drop in, the files in it and in its folders out. Hidden files are left out, as the command does it.
//!
//! Folders are asked for while the event lasts and walked afterwards. A file dropped by itself is taken as it is: a page
//! opened from the disk may read such a file, but not always what a folder holds; then that is said.

use crate::error::{Code, Problem};
use crate::limits;
use crate::order::Order as _;
use js_sys::{Array, Function, Promise};
use std::collections::VecDeque;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// What was dropped: files, and folders that are still to be walked.
#[derive(Debug, Default)]
pub struct Dropped {
    /// Files that were dropped by themselves.
    pub files: Vec<File>,
    /// Folders.
    pub folders: Vec<FileSystemDirectoryEntry>,
}

/// Takes a drop apart; has to be called while the event lasts.
pub fn dropped(data: &DataTransfer) -> Dropped {
    let items = data.items();
    let mut found = Dropped::default();
    for item in (0..items.length()).filter_map(|at| items.get(at)).filter(|item| item.kind() == "file") {
        let folder = item.webkit_get_as_entry().ok().flatten().filter(FileSystemEntry::is_directory);
        match folder {
            // Browsers without a class of that name still give the object.
            Some(folder) => found.folders.push(folder.unchecked_into()),
            None => found.files.extend(item.get_as_file().ok().flatten()),
        }
    }
    found
}

/// The files below folders, by their paths, and what could not be read.
pub async fn walk(folders: Vec<FileSystemDirectoryEntry>) -> (Vec<File>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut found: Vec<(String, FileSystemFileEntry)> = Vec::new();
    let mut n_deeper = 0;
    let mut waiting: VecDeque<(FileSystemDirectoryEntry, usize)> =
        folders.into_iter().map(|folder| (folder, 0)).collect();
    while let Some((folder, depth)) = waiting.pop_front() {
        let entries = match entries(&folder).await {
            Ok(entries) => entries,
            Err(reason) => {
                problems.push(Problem::of_file(Code::EIo, &folder.name(), reason));
                continue;
            }
        };
        for entry in entries.into_iter().filter(|entry| !entry.name().starts_with('.')) {
            if entry.is_directory() && depth >= limits::FOLDER_DEPTH {
                n_deeper += 1;
            } else if entry.is_directory() {
                waiting.push_back((entry.unchecked_into(), depth + 1));
            } else if entry.is_file() {
                found.push((entry.full_path(), entry.unchecked_into()));
            }
        }
    }
    found.order_by(|a, b| a.0.cmp(&b.0));
    if found.len() > limits::FOLDER_FILES {
        let detail = format!("the first {} of {} files are read", limits::FOLDER_FILES, found.len());
        problems.push(Problem::new(Code::WLimit, detail));
    }
    if n_deeper > 0 {
        problems.push(Problem::new(Code::WLimit, limits::deeper_folders(n_deeper)));
    }
    let mut files = Vec::new();
    for (_, entry) in found.into_iter().take(limits::FOLDER_FILES) {
        let promise = promise(|good, bad| entry.file_with_callback_and_callback(good, bad));
        match JsFuture::from(promise).await {
            Ok(file) => files.extend(file.dyn_into::<File>()),
            Err(error) => problems.push(Problem::of_file(Code::EIo, &entry.name(), reason(&error))),
        }
    }
    (files, problems)
}

/// What a folder holds: it is told in portions, and the last one is empty.
async fn entries(folder: &FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, String> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let mut refused = None;
        let promise =
            promise(|good, bad| refused = reader.read_entries_with_callback_and_callback(good, bad).err());
        if let Some(error) = refused {
            return Err(reason(&error));
        }
        let portion = JsFuture::from(promise).await.map_err(|error| reason(&error))?;
        let portion: Array = portion.unchecked_into();
        if portion.length() == 0 {
            return Ok(all);
        }
        all.extend(portion.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

/// A promise of what a call gives to one of its two callbacks.
fn promise(mut call: impl FnMut(&Function, &Function)) -> Promise {
    Promise::new(&mut |good, bad| call(&good, &bad))
}

/// Why the browser refused, and what to do instead.
fn reason(error: &JsValue) -> String {
    let said =
        js_sys::Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|text| text.as_string());
    let said = said.unwrap_or_else(|| "no reason given".to_owned());
    format!("the browser does not read this folder ({said}); drop the files in it")
}

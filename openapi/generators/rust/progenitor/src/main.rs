//! Does the main job with the client of progenitor.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::num::{NonZeroU32, NonZeroU64};

use reqwest::header::{HeaderMap, HeaderValue, AUTHORIZATION};

mod lox {
    #![allow(dead_code)] // the main job uses few of the operations
    include!(concat!(env!("OUT_DIR"), "/lox.rs"));
}

const CONTENT: &str = "content of a backup by progenitor's client";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = format!("Bearer {}", env::var("LOX_API_KEY")?);
    let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(&key)?)]);
    let http = reqwest::Client::builder().default_headers(headers).build()?;
    let lox = lox::Client::new_with_client(&env::var("LOX_URL")?, http);

    let request = lox::types::CreateBackupRequest {
        name: "progenitor".parse()?,
        size_bytes: NonZeroU64::new(CONTENT.len() as u64),
        checksum: None,
        content_type: None,
        max_size_bytes: None,
        multipart: None,
        metadata: Some(lox::types::Metadata(HashMap::from([("generator".to_owned(), "progenitor".parse()?)]))),
    };
    let upload = lox.create_backup(None, &request).await?.into_inner();
    assert!(upload.status.starts_with("pending"), "{}", *upload.status);

    let mut put = reqwest::Client::new().put(upload.upload_url.as_deref().ok_or("no upload_url")?).body(CONTENT);
    for (name, value) in &upload.upload_headers {
        put = put.header(name, value);
    }
    put.send().await?.error_for_status()?;

    let completed = lox.complete_backup(&upload.id, &lox::types::CompleteBackupRequest::default()).await?;
    assert!(completed.status.starts_with("completed"), "{}", *completed.status);
    let page = lox.list_backups(None, None, None, NonZeroU32::new(100), None, None, None, None).await?;
    assert!(page.backups.iter().any(|backup| backup.id == upload.id));
    let backup = lox.get_backup(&upload.id).await?.into_inner();
    assert_eq!(*backup.metadata.ok_or("no metadata")?["generator"], "progenitor");

    let download = lox.get_backup_download(&upload.id).await?;
    let content = reqwest::get(&download.download_url).await?.error_for_status()?.text().await?;
    assert_eq!(content, CONTENT);
    assert!(lox.delete_backup(&upload.id).await?.deleted);
    Ok(())
}

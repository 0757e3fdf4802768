//! Does the main job with the client of openapi-generator.

use std::collections::HashMap;
use std::env;
use std::error::Error;

use lox_client::apis::{backups_api as backups, configuration::Configuration};
use lox_client::models::CreateBackupRequest;

const CONTENT: &str = "content of a backup by openapi-generator's Rust client";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut lox = Configuration::new();
    lox.base_path = env::var("LOX_URL")?;
    lox.bearer_access_token = Some(env::var("LOX_API_KEY")?);

    let mut request = CreateBackupRequest::new("rust".to_owned());
    request.size_bytes = Some(CONTENT.len() as i64);
    request.metadata = Some(HashMap::from([("generator".to_owned(), "openapi-generator".to_owned())]));
    let upload = backups::create_backup(&lox, request, None).await?;
    assert!(upload.status.starts_with("pending"), "{}", upload.status);

    let mut put = reqwest::Client::new().put(upload.upload_url.ok_or("no upload_url")?).body(CONTENT);
    for (name, value) in upload.upload_headers.unwrap_or_default() {
        put = put.header(name, value);
    }
    put.send().await?.error_for_status()?;

    let completed = backups::complete_backup(&lox, &upload.id, None).await?;
    assert!(completed.status.starts_with("completed"), "{}", completed.status);
    let page = backups::list_backups(&lox, Some(100), None, None, None, None, None, None, None, None).await?;
    assert!(page.backups.iter().any(|backup| backup.id == upload.id));
    let backup = backups::get_backup(&lox, &upload.id).await?;
    assert_eq!(backup.metadata.unwrap_or_default()["generator"], "openapi-generator");

    let download = backups::get_backup_download(&lox, &upload.id).await?;
    let content = reqwest::get(&download.download_url).await?.error_for_status()?.text().await?;
    assert_eq!(content, CONTENT);
    assert!(backups::delete_backup(&lox, &upload.id).await?.deleted);
    Ok(())
}

//! Writes progenitor's client to OUT_DIR.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

const DOCUMENT: &str = "../../openapi.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={DOCUMENT}");
    let document: openapiv3::OpenAPI = serde_yaml::from_str(&fs::read_to_string(DOCUMENT)?)?;
    let client = progenitor_impl::Generator::default().generate_tokens(&document)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("lox.rs"), client.to_string())?;
    Ok(())
}

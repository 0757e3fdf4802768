//! Writes progenitor's client to OUT_DIR.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

const DOCUMENT: &str = "../../openapi.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={DOCUMENT}");
    let mut document: openapiv3::OpenAPI = serde_yaml::from_str(&fs::read_to_string(DOCUMENT)?)?;
    leave_out_deep_objects(&mut document);
    let client = progenitor_impl::Generator::default().generate_tokens(&document)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("lox.rs"), client.to_string())?;
    Ok(())
}

/// progenitor refuses a document with a query parameter of this style: metadata of listBackups.
fn leave_out_deep_objects(document: &mut openapiv3::OpenAPI) {
    for path in document.paths.paths.values_mut() {
        let openapiv3::ReferenceOr::Item(path) = path else { continue };
        for operation in [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete].into_iter().flatten() {
            operation.parameters.retain(|parameter| {
                !matches!(
                    parameter,
                    openapiv3::ReferenceOr::Item(openapiv3::Parameter::Query { style: openapiv3::QueryStyle::DeepObject, .. })
                )
            });
        }
    }
}

//! Compiles the shim against the Luau headers that the `luau-analyze` crate carries; the crate's own build
//! script compiles Luau itself.
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

const PARTS: [&str; 6] = ["Analysis", "Config", "VM", "Compiler", "Ast", "Common"];

fn main() {
    let luau = luau_sources();
    let mut build = cc::Build::new();
    build.cpp(true).std("c++17").warnings(false).opt_level(1);
    for part in PARTS {
        build.include(luau.join(part).join("include"));
    }
    println!("cargo:rerun-if-changed=shim");
    for entry in fs::read_dir("shim").expect("the folder shim/") {
        let path = entry.expect("a readable folder").path();
        if path.extension().is_some_and(|extension| extension == "cpp") {
            build.file(path);
        }
    }
    build.compile("luau_check_shim");
}

/// The crate exports no include path, so cargo is asked where its sources lie.
fn luau_sources() -> PathBuf {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("Cargo.toml");
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["metadata", "--format-version=1", "--offline", "--locked"])
        // Without this filter, crates for other platforms must have been downloaded too.
        .args(["--filter-platform", &env::var("TARGET").unwrap(), "--manifest-path"])
        .arg(&manifest)
        .output()
        .expect("cargo metadata");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON of cargo metadata");
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|package| package["name"] == "luau-analyze")
        .and_then(|package| package["manifest_path"].as_str())
        .map(|path| PathBuf::from(path).with_file_name("luau"))
        .expect("luau-analyze among the dependencies")
}

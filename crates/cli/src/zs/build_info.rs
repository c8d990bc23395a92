//! Who makes a file, and when.

use anyhow::{Context, anyhow};
use blockyard_zs::BuildInfo;
use jiff::Timestamp;

/// Returns what is put into the metadata of new files.
///
/// The time is that of `SOURCE_DATE_EPOCH`, seconds since 1970, where that is set.
pub(crate) fn build_info() -> anyhow::Result<BuildInfo> {
    let time = match std::env::var_os("SOURCE_DATE_EPOCH") {
        None => Timestamp::now()
            .strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
            .to_string(),
        Some(value) => {
            let seconds = value.to_str().and_then(|text| text.parse().ok());
            let time = seconds
                .ok_or_else(|| anyhow!("expected a number, found {}", value.display()))
                .and_then(|seconds| Ok(Timestamp::from_second(seconds)?));
            let time = time.context("failed to use SOURCE_DATE_EPOCH")?;
            time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
        }
    };
    Ok(BuildInfo {
        user: user(),
        host: rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned(),
        time,
        version: format!("blockyard {}", env!("CARGO_PKG_VERSION")),
    })
}

/// Returns the name of the user: from the environment, or else from the system's list, or else the number.
fn user() -> String {
    let names = ["LOGNAME", "USER", "LNAME", "USERNAME"];
    let name = names
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty());
    name.unwrap_or_else(|| {
        let id = rustix::process::getuid().as_raw().to_string();
        let list = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        listed(&list, &id).map_or(id, str::to_owned)
    })
}

/// Returns the name of a user in a list of lines such as `name:x:1000:`.
fn listed<'a>(list: &'a str, id: &str) -> Option<&'a str> {
    list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then_some(name)
    })
}

//! `blockyard links`: the names under which the binary stands in for other tools.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::failure::Hint;
use crate::personality;

/// Make links named gzip, gunzip, zcat, pigz, unpigz and zs to this binary
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder for the links, such as ~/.local/bin
    folder: PathBuf,
    /// Replace files of these names that are something else
    #[arg(short, long)]
    force: bool,
}

/// Makes the links.
///
/// # Errors
/// Without `--force`, if one of the names exists and is not a link to this binary; then none is made.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let binary = std::env::current_exe().context("failed to find this binary")?;
    let links = personality::LINKS.map(|name| arguments.folder.join(name));
    let missing: Vec<&PathBuf> = links
        .iter()
        .filter(|link| !leads_to(link, &binary))
        .collect();
    let taken = missing
        .iter()
        .find(|link| fs::symlink_metadata(link).is_ok());
    if let Some(taken) = taken.filter(|_| !arguments.force) {
        let error = anyhow::anyhow!("failed to make {}: it exists", taken.display());
        return Err(Hint::attach(error, "--force replaces it"));
    }
    for link in missing {
        remove_file(link)?;
        symlink(&binary, link).with_context(|| format!("failed to make {}", link.display()))?;
    }
    Ok(())
}

fn leads_to(link: &Path, binary: &Path) -> bool {
    fs::read_link(link).is_ok_and(|target| target == binary)
}

/// Removes what is in the way of a link, except a folder.
fn remove_file(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == ErrorKind::IsADirectory => {
            bail!("failed to make {}: it is a folder", path.display())
        }
        result => result.with_context(|| format!("failed to replace {}", path.display())),
    }
}

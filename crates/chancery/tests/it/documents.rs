//! Documents and program say the same: commands and flags in their help, settings and keys in `docs/`.

use crate::support::{chancery, root};
use chancery::{cli::Cli, config};
use clap::CommandFactory as _;
use std::{collections::BTreeSet, fs};

#[test]
fn every_command_and_flag_is_documented_in_its_help() {
    let mut count = 0;
    check(&Cli::command(), "chancery", &mut count);
    assert!(count > 60, "only {count} commands and flags");
}

fn check(command: &clap::Command, path: &str, count: &mut usize) {
    assert!(command.get_about().is_some(), "{path} says nothing about itself");
    for argument in command.get_arguments() {
        assert!(
            argument.get_help().is_some(),
            "{path}: `{}` has no help",
            argument.get_id()
        );
        *count += 1;
    }
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        check(inner, &format!("{path} {}", inner.get_name()), count);
        *count += 1;
    }
}

#[test]
fn exit_codes_stand_in_the_help() {
    let output = chancery(&std::env::temp_dir(), &["--help"]).output().expect("runs");
    let help = String::from_utf8(output.stdout).expect("UTF-8");
    let codes = help.split("Exit codes:").nth(1).expect("exit codes");
    for code in ["0 done", "1 failed", "2 wrong arguments", "3 `verify`", "4 another"] {
        assert!(codes.replace('\n', " ").contains(code), "{codes}");
    }
}

/// Words in backticks in the first column of tables.
fn first_column(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned))
        .collect()
}

/// The keys that a table of settings knows: it names them where it meets one that it does not know.
fn known(table: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join(config::FILE);
    fs::write(&file, format!("version = 1\n{table}nonsense = 1\n")).expect("settings");
    let refused = config::read(&file).expect_err("refused").message;
    let expected = refused.split("expected").nth(1).expect("names of keys");
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_setting_is_documented_and_every_documented_one_exists() {
    let text = fs::read_to_string(root().join("docs/configuration.md")).expect("document");
    let mut settings = known("");
    for table in ["record", "mirror"] {
        assert!(settings.remove(table), "{table}");
        settings.insert(format!("[{table}]"));
        settings.extend(known(&format!("[{table}]\n")));
    }
    assert_eq!(first_column(&text), settings);
}

#[test]
fn every_key_of_a_new_file_of_settings_exists() {
    let initial = config::initial();
    let commented = initial.lines().filter_map(|line| line.strip_prefix("# "));
    let settings: Vec<&str> = commented.filter(|line| line.contains(" = ")).collect();
    assert!(settings.len() >= 5, "{settings:?}");
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join(config::FILE);
    fs::write(&file, format!("version = 1\n{}\n", settings.join("\n"))).expect("settings");
    assert!(config::read(&file).is_ok(), "{initial}");
}

#[test]
fn commands_of_the_documents_exist() {
    let command = Cli::command();
    let names: BTreeSet<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    for file in [
        "README.md",
        "docs/operators.md",
        "docs/verifiers.md",
        "docs/http.md",
        "docs/texts.md",
    ] {
        let text = fs::read_to_string(root().join(file)).expect(file);
        for line in text.lines().filter_map(|line| line.strip_prefix("    chancery ")) {
            let name = line.split([' ', '`']).next().unwrap_or_default();
            assert!(names.contains(name), "{file}: `chancery {name}`");
        }
    }
}

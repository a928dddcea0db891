#![no_main]
hearth_fuzz::target!("import_lines");

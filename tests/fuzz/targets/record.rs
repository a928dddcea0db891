#![no_main]
hearth_fuzz::target!("record");

#![no_main]
hearth_fuzz::target!("picture");

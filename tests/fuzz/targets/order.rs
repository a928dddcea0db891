#![no_main]
hearth_fuzz::target!("order");

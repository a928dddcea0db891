//! Posts: writing, listing, and what readers and authors do with them.

mod bounds;
mod counts;
mod lists;
mod marks;
mod paging;
mod walks;
mod writing;

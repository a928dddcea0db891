//! An input, taken apart into what a target needs: so that a fuzzer's bytes become valid things with a flaw, too.

/// The rest of an input; when it is used up, all that is taken is zero or empty.
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub(super) fn number(&mut self) -> u64 {
        let mut bytes = [0; 8];
        let taken = self.take(8);
        bytes[..taken.len()].copy_from_slice(taken);
        u64::from_le_bytes(bytes)
    }

    /// Up to `many` bytes.
    pub(super) fn take(&mut self, many: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(many.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// As many bytes as the next one says.
    pub(super) fn some(&mut self) -> &'a [u8] {
        let many = usize::from(self.byte());
        self.take(many)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.0).into_owned()
    }
}

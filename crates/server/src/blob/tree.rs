//! A BLAKE3 hash that can be put down and taken up again: what is kept of it is a stack of
//! chaining values of whole groups, 32 bytes for each power of two. After a crash, at most
//! one group is read again, however long the file is.

use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root,
};

/// Bytes whose hash is taken up or lost as one.
pub(super) const GROUP_BYTES: u64 = 1 << 20;

/// The hash of what came so far.
#[derive(Clone, Debug)]
pub(super) struct TreeHash {
    /// Of the groups before this one: one subtree for each bit of their number, large ones
    /// first.
    stack: Vec<ChainingValue>,
    groups: u64,
    /// The group that is filled. It is closed only when another byte follows, since the
    /// last one of all ends the tree.
    group: blake3::Hasher,
    in_group: u64,
}

impl TreeHash {
    /// Before the first byte.
    pub(super) fn new() -> TreeHash {
        TreeHash { stack: Vec::new(), groups: 0, group: blake3::Hasher::new(), in_group: 0 }
    }

    /// The next bytes.
    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.in_group == GROUP_BYTES {
                self.close_group();
            }
            let room = usize::try_from(GROUP_BYTES - self.in_group).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(bytes.len().min(room));
            self.group.update(now);
            self.in_group += now.len() as u64;
            bytes = later;
        }
    }

    fn close_group(&mut self) {
        let mut right = self.group.finalize_non_root();
        self.groups += 1;
        let mut count = self.groups;
        while count & 1 == 0
            && let Some(left) = self.stack.pop()
        {
            right = merge_subtrees_non_root(&left, &right, Mode::Hash);
            count >>= 1;
        }
        self.stack.push(right);
        self.open_group();
    }

    fn open_group(&mut self) {
        self.group = blake3::Hasher::new();
        self.group.set_input_offset(self.groups * GROUP_BYTES);
        self.in_group = 0;
    }

    /// The hash of everything, 64 hexadecimal digits.
    pub(super) fn finish(mut self) -> String {
        let Some(first) = (!self.stack.is_empty()).then(|| self.stack.remove(0)) else {
            return self.group.finalize().to_hex().to_string();
        };
        let mut right = self.group.finalize_non_root();
        for left in self.stack.iter().rev() {
            right = merge_subtrees_non_root(left, &right, Mode::Hash);
        }
        merge_subtrees_root(&first, &right, Mode::Hash).to_hex().to_string()
    }

    /// What is to be kept.
    pub(super) fn state(&self) -> String {
        let values = self.stack.iter().map(hex::encode);
        values.collect::<Vec<_>>().join(" ")
    }

    /// A hash from what was kept of one that had `offset` bytes, and from which byte on it
    /// wants to know what follows. What cannot be true begins anew.
    pub(super) fn resume(state: &str, offset: u64) -> (TreeHash, u64) {
        let mut tree = TreeHash::new();
        // The last byte keeps its group open.
        let groups = offset.saturating_sub(1) / GROUP_BYTES;
        let stack: Option<Vec<ChainingValue>> = state.split_whitespace().map(value).collect();
        if let Some(stack) = stack
            && stack.len() == groups.count_ones() as usize
            && groups > 0
        {
            (tree.stack, tree.groups) = (stack, groups);
            tree.open_group();
        }
        let from = tree.groups * GROUP_BYTES;
        (tree, from)
    }
}

fn value(hex: &str) -> Option<ChainingValue> {
    blake3::Hash::from_hex(hex).ok().map(|hash| *hash.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        blake3::Hasher::new().finalize_xof().fill(&mut bytes);
        bytes
    }

    #[test]
    fn it_is_blake3() {
        const GROUP: usize = GROUP_BYTES as usize;
        for len in [0, 1, 1023, GROUP - 1, GROUP, GROUP + 1, 2 * GROUP, 3 * GROUP, 7 * GROUP + 5] {
            let all = bytes(len);
            let mut tree = TreeHash::new();
            all.chunks(300_000).for_each(|piece| tree.update(piece));
            assert_eq!(tree.finish(), blake3::hash(&all).to_hex().as_str(), "{len}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Put down anywhere and taken up again, it is the same; at most one group is read again.
        #[test]
        fn it_goes_on_after_any_cut(len in 1..6_000_000usize, cuts in prop::collection::vec(0..6_000_000usize, 0..5)) {
            let all = bytes(len);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (len + 1)).collect();
            cuts.sort_unstable();
            let (mut tree, mut at) = (TreeHash::new(), 0);
            for cut in cuts {
                tree.update(&all[at..cut]);
                let state = tree.state();
                prop_assert!(state.len() < 200);
                let from;
                (tree, from) = TreeHash::resume(&state, cut as u64);
                prop_assert!(cut as u64 - from <= GROUP_BYTES);
                tree.update(&all[from as usize..cut]);
                at = cut;
            }
            tree.update(&all[at..]);
            let whole = blake3::hash(&all);
            prop_assert_eq!(tree.finish(), whole.to_hex().to_string());
        }
    }

    #[test]
    fn a_state_that_cannot_be_true_begins_anew() {
        for (state, offset) in [("", 5 << 20), ("xyz", 3 << 20), ("00 11", 3 << 20)] {
            assert_eq!(TreeHash::resume(state, offset).1, 0, "{state}");
        }
    }
}

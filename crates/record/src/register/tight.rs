//! Vectors that grow by little: most have one member for ever, and a register holds hundreds of thousands of them.

/// Makes room for one more, and for not many more than that.
fn room<T>(vec: &mut Vec<T>) {
    if vec.len() == vec.capacity() {
        vec.reserve_exact((vec.len() / 4).max(1));
    }
}

/// [`Vec::push`].
pub(super) fn push<T>(vec: &mut Vec<T>, value: T) {
    room(vec);
    vec.push(value);
}

/// [`Vec::insert`]; `at` is at most the length.
pub(super) fn insert<T>(vec: &mut Vec<T>, at: usize, value: T) {
    room(vec);
    vec.insert(at.min(vec.len()), value);
}

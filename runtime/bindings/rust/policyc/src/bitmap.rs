/// A bit for each row that was asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
    pub(crate) words: Vec<u64>,
}

impl Bitmap {
    /// No bit of `rows` is set.
    pub fn new(rows: usize) -> Bitmap {
        Bitmap { words: vec![0; rows.div_ceil(64)] }
    }

    /// False past the end.
    pub fn contains(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 != 0)
    }

    /// Sets a bit; past the end it does nothing.
    pub fn insert(&mut self, row: usize) {
        if let Some(word) = self.words.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    /// How many bits are set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The bits that are set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                rest &= rest.wrapping_sub(1);
                (bit < 64).then_some(index * 64 + bit as usize)
            })
        })
    }

    /// 64 rows each, the first in the lowest bit.
    pub fn words(&self) -> &[u64] {
        &self.words
    }
}

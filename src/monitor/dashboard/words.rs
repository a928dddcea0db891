//! Text that fits: cut, wrapped, or as many parts as there is room for.

/// How many columns `text` takes: what Hearth shows are characters of one column each.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// `text` in at most `most` columns; where something is missing at its end, that is shown.
pub(super) fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    if most == 0 { kept } else { kept + "…" }
}

/// `text` in lines of at most `most` columns, broken between words where that is possible.
pub(super) fn wrapped(text: &str, most: usize) -> Vec<String> {
    let most = most.max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        let line = lines.last().map_or(0, |line| width(line));
        if line > 0 && line + 1 + word.len() > most {
            lines.push(String::new());
        } else if line > 0 {
            lines.last_mut().into_iter().for_each(|line| line.push(' '));
        }
        while word.len() > most {
            lines.last_mut().into_iter().for_each(|line| line.extend(word.drain(..most)));
            lines.push(String::new());
        }
        lines.last_mut().into_iter().for_each(|line| line.extend(&word));
    }
    lines
}

/// Which of the parts, `gap` columns apart, go into which of `lines` lines of `most` columns; the rest is left out.
pub(super) fn flowing(widths: impl Iterator<Item = usize>, most: usize, gap: usize, lines: usize) -> Vec<usize> {
    let mut counts = Vec::new();
    let (mut taken, mut count) = (0, 0);
    for width in widths {
        let with = if count == 0 { width } else { taken + gap + width };
        if with > most && count > 0 {
            counts.push(count);
            (taken, count) = (width, 1);
        } else {
            (taken, count) = (with, count + 1);
        }
        if counts.len() == lines {
            return counts;
        }
    }
    if count > 0 {
        counts.push(count);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_where_it_is_too_long() {
        assert_eq!([cut("hearth", 6), cut("hearth", 5), cut("hé…th", 4)], ["hearth", "hear…", "hé……"]);
        assert_eq!([cut("hearth", 1), cut("hearth", 0), cut("", 0)], ["…", "", ""]);
    }

    #[test]
    fn text_is_wrapped_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a verylongword b", 5), ["a", "veryl", "ongwo", "rd b"]);
        assert_eq!(wrapped("", 5), [""]);
        assert_eq!(wrapped("ab", 0), ["a", "b"]);
    }

    #[test]
    fn parts_flow_over_as_many_lines_as_there_are() {
        assert_eq!(flowing([3, 3, 3, 3].into_iter(), 8, 2, 2), [2, 2]);
        assert_eq!(flowing([3, 3, 3, 3, 3].into_iter(), 8, 2, 2), [2, 2], "the last one has no room");
        assert_eq!(flowing([3, 3, 3].into_iter(), 100, 2, 2), [3]);
        assert_eq!(flowing([3, 3].into_iter(), 100, 2, 0), [0; 0]);
        assert_eq!(flowing(std::iter::empty(), 100, 2, 1), [0; 0]);
    }
}

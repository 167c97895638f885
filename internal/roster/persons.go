package roster

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// named refuses a row whose free cells hold what stands in one of its columns about persons: the
// name of who is away, in the reason. A name that stands nowhere else cannot be told from other words.
func (r *reader) named() bool {
	bad := false
	for _, i := range r.persons {
		if i >= len(r.record) {
			continue
		}
		for _, column := range [...]string{"shift", "entry", "cohort", "reason"} {
			if mentions(r.raw(column), r.record[i]) {
				r.report(r.line, column, fmt.Sprintf("there is in this cell what stands in column %s, which looks as if it were about persons: "+
					"no object may name one; take it out", letters(i)))
				bad = true
			}
		}
	}
	return bad
}

// mentions is whether a text has a whole name in it, or a part that is long enough to be no other word by
// chance.
func mentions(text, name string) bool {
	words := wordsOf(name)
	all := wordsOf(text)
	if len(words) == 0 || len(all) == 0 {
		return false
	}
	held := " " + strings.Join(all, " ") + " "
	whole := strings.Join(words, " ")
	if len(whole) > 1 && strings.ContainsFunc(whole, unicode.IsLetter) && strings.Contains(held, " "+whole+" ") {
		return true
	}
	return slices.ContainsFunc(words, func(w string) bool {
		return distinct(w) && (slices.Contains(all, w) || unspaced(w) && strings.Contains(held, w))
	})
}

// distinct is whether a word is long enough.
func distinct(word string) bool {
	if unspaced(word) {
		return utf8.RuneCountInString(word) > 1
	}
	return utf8.RuneCountInString(word) > 3
}

// unspaced is whether a word is of a script that puts no spaces between words.
func unspaced(word string) bool {
	return strings.ContainsFunc(word, func(c rune) bool {
		return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
			unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	})
}

// wordsOf are the words of a text in small letters.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsMark(c) && !unicode.IsDigit(c)
	})
}

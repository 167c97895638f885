package v1

import "strings"

// maxTag is the longest language tag that is looked at; a longer one is taken as
// unknown. RFC 5646 asks for at least 35.
const maxTag = 64

// tagBuf holds a folded tag on the stack.
type tagBuf [maxTag]byte

// fold puts the first depth subtags of s into b in lower case, with "_" read as
// "-", and returns the length; 0 if s is empty or too long.
func (b *tagBuf) fold(s string, depth int) int {
	if len(s) > maxTag {
		return 0
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '-' || c == '_':
			if depth--; depth <= 0 {
				return i
			}
			c = '-'
		}
		b[i] = c
	}
	return len(s)
}

// market is the code of a market whatever its case, 0 if it is none.
type market uint16

func marketOf(s string) market {
	if len(s) != 2 {
		return 0
	}
	const capital = ^byte('a' - 'A')
	return market(s[0]&capital)<<8 | market(s[1]&capital)
}

// parent is the length of tag without its last subtag, 0 if it has one only.
func parent(tag []byte) int {
	for n := len(tag) - 1; n > 0; n-- {
		if tag[n] == '-' {
			return n
		}
	}
	return 0
}

// foldTag is fold as a string, for building tables.
func foldTag(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "_", "-")
}

// ranges holds values by language range.
type ranges[V any] struct {
	by    map[string]V // by folded range
	depth int          // subtags of the longest: more of a tag need not be looked at
}

func (r *ranges[V]) set(rng string, v V) {
	if r.by == nil {
		r.by = map[string]V{}
	}
	rng = foldTag(rng)
	r.by[rng] = v
	r.depth = max(r.depth, 1+strings.Count(rng, "-"))
}

// lookup finds the value of the longest range that takes a language tag, by RFC
// 4647 basic filtering.
func (r *ranges[V]) lookup(tag string) (v V, ok bool) {
	var b tagBuf
	for n := b.fold(tag, r.depth); n > 0; n = parent(b[:n]) {
		if v, ok = r.by[string(b[:n])]; ok {
			return v, true
		}
	}
	return v, false
}

// Covers reports whether the language range rng takes tag, by RFC 4647 basic
// filtering: en takes en and en-GB, en-GB does not take en, "*" takes any.
func Covers(rng, tag string) bool {
	if rng == Any {
		return true
	}
	r, t := foldTag(rng), foldTag(tag)
	return r != "" && strings.HasPrefix(t, r) && (len(t) == len(r) || t[len(r)] == '-')
}

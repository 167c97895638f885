package v1

import "strings"

// maxTag is the longest language tag or market that is looked at; a longer one
// is taken as unknown. RFC 5646 asks for at least 35.
const maxTag = 64

// tagBuf holds a folded tag on the stack.
type tagBuf [maxTag]byte

// fold puts s into b in lower case, with "_" read as "-", and returns the length;
// 0 if s is empty or too long.
func (b *tagBuf) fold(s string) int {
	if len(s) > maxTag {
		return 0
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '_':
			c = '-'
		}
		b[i] = c
	}
	return len(s)
}

// upper puts s into b in capitals and returns the length, 0 if empty or too long.
func (b *tagBuf) upper(s string) int {
	if len(s) > maxTag {
		return 0
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		b[i] = c
	}
	return len(s)
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

// lookup finds the value of the longest prefix of a language tag that m holds, by
// RFC 4647 basic filtering. Keys of m are folded.
func lookup[V any](m map[string]V, tag string) (v V, ok bool) {
	var b tagBuf
	for n := b.fold(tag); n > 0; n = parent(b[:n]) {
		if v, ok = m[string(b[:n])]; ok {
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

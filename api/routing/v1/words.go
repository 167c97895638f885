package v1

// all reports whether s has from 1 to most bytes and each passes ok.
func all(s string, most int, ok func(c byte) bool) bool {
	if len(s) == 0 || len(s) > most {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool   { return '0' <= c && c <= '9' }
func isLower(c byte) bool   { return 'a' <= c && c <= 'z' }
func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }
func isAlnum(c byte) bool   { return isDigit(c) || isLower(c) }

// isWord holds for what the API calls a Word: a surface, harm domain or clearance.
func isWord(s string) bool {
	return all(s, 63, func(c byte) bool { return isAlnum(c) || c == '-' }) && isAlnum(s[0]) && isAlnum(s[len(s)-1])
}

// isName holds for names of objects, labels, streams and revisions.
func isName(s string) bool {
	return all(s, 253, func(c byte) bool { return isAlnum(c) || isCapital(c) || c == '-' || c == '.' || c == '_' }) &&
		s[0] != '-' && s[0] != '.'
}

func isDomain(s string) bool { return s == Any || isWord(s) }
func isMarket(s string) bool { return len(s) == 2 && all(s, 2, isCapital) }
func isRange(s string) bool  { return s == Any || isTag(s) }

func isSalt(s string) bool { return len(s) >= 8 && all(s, 64, isAlnum) }

func isHash(s string) bool {
	return len(s) == hashLen && all(s, hashLen, func(c byte) bool { return isDigit(c) || ('a' <= c && c <= 'f') })
}

// isTag holds for subtags of 1 to 8 letters and digits joined by dashes.
func isTag(s string) bool {
	run := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isAlnum(c) || isCapital(c):
			if run++; run > 8 {
				return false
			}
		case c == '-' && run > 0:
			run = 0
		default:
			return false
		}
	}
	return run > 0 && len(s) <= maxTag
}

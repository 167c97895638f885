package resolve

import (
	"regexp"

	"golang.org/x/text/language"
)

var word = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// IsClass reports whether a class as metrics label it is written as one: a language tag, or a word such as
// unknown, and a harm domain. What is not may be anything, such as the name of who did the work.
func IsClass(c Class) bool {
	known := c.Language == "" || word.MatchString(c.Language) || isLanguage(c.Language)
	return known && (c.HarmDomain == "" || word.MatchString(c.HarmDomain))
}

func isLanguage(tag string) bool {
	_, err := language.Parse(tag)
	return err == nil
}

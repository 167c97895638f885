package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// unknownField is what the decoder says of a field that a kind does not have.
var unknownField = regexp.MustCompile(`unknown field "([^"]+)"`)

// unreadable says in words why a manifest cannot be read.
func unreadable(err error) error {
	var wrong *json.UnmarshalTypeError
	switch text := err.Error(); {
	case errors.As(err, &wrong):
		return fmt.Errorf("%s: a %s stands there, and it takes %s", wrong.Field, wrong.Value, takes(wrong.Type.Kind().String()))
	case unknownField.MatchString(text):
		return fmt.Errorf("it has a field %s, which there is not: see whether it is misspelt, or stands too far left or right",
			unknownField.FindStringSubmatch(text)[1])
	case strings.Contains(text, "UTF-8"):
		return errors.New("its encoding is not UTF-8: save it as UTF-8")
	default:
		_, after, ok := strings.Cut(text, "yaml: ")
		if !ok {
			return err
		}
		if strings.Contains(after, "cannot start any token") {
			after += ": is there a tab? Indent with blanks"
		}
		return fmt.Errorf("it is no YAML: %s", strings.TrimSpace(after))
	}
}

// takes names a kind of value.
func takes(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"):
		return "a whole number"
	case kind == "bool":
		return "true or false"
	case kind == "slice":
		return "a list"
	case kind == "string":
		return "text"
	}
	return "fields with names"
}

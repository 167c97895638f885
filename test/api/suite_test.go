package api

import (
	"os"
	"testing"

	modtest "github.com/modcap/modcap/internal/testing"
)

// env is the one API server of this test binary, set once before any test runs.
var env *modtest.Env

func TestMain(m *testing.M) {
	os.Exit(modtest.Main(m, func(started *modtest.Env) error {
		env = started
		return nil
	}))
}

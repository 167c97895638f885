package api

import (
	"fmt"
	"os"
	"testing"

	modtest "github.com/modcap/modcap/internal/testing"
)

// env is the one API server of this test binary, set once before any test runs.
var env *modtest.Env

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	started, err := modtest.StartEnv()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	env = started
	defer func() {
		if err := env.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	return m.Run()
}

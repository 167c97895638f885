package lockfile

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

func TestOneHolderAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := Lock(t.Context(), path, func() { t.Error("the first one had to wait") })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	waited := 0
	if _, err := Lock(ctx, path, func() { waited++ }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("second holder: error %v", err)
	}
	if waited != 1 {
		t.Errorf("told %d times that it waits", waited)
	}
	unlock()
	unlock, err = Lock(t.Context(), path, func() { t.Error("had to wait for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}
